import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LicenseBody, ProductBody } from '@leasehold/contracts';
import { type LicensedIssuance, licensedIssuance } from '../../test/licensed-issuance.js';

let issuance: LicensedIssuance;
beforeAll(async () => {
  issuance = await licensedIssuance();
});
afterAll(() => issuance.close());

interface List {
  readonly data: readonly LicenseBody[];
  readonly nextCursor: string | null;
}

const list = (query: string) => issuance.call<List>('GET', `/v1/licenses?${query}`);
const ids = async (query: string) => (await list(query)).body.data.map(({ id }) => id);

describe('GET /v1/licenses', () => {
  it('pages newest first, with neither holes nor repetitions while licenses come', async () => {
    const issued: string[] = [];
    for (let n = 0; n < 7; n++) {
      issued.unshift((await issuance.issued({ customer: { reference: 'pages' } })).id);
      // every second pair within the same millisecond
      if (n % 2 === 0) issuance.clock.advance(1);
    }
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const after = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body }: { body: List } = await list(`customer=pages&limit=3${after}`);
      seen.push(...body.data.map(({ id }) => id));
      cursor = body.nextCursor;
      issuance.clock.advance(1);
      await issuance.issued({ customer: { reference: 'pages' } });
    }
    expect(new Set(seen).size).toBe(7);
    expect([...seen].sort()).toEqual([...issued].sort());
    const all = (await list('customer=pages&limit=100')).body.data;
    expect(all.map(({ createdAt }) => createdAt)).toEqual(
      all.map(({ createdAt }) => createdAt).sort((a, b) => (a < b ? 1 : -1)),
    );
  });

  it('shows each license as a GET does, e-mail and metadata among it', async () => {
    const customer = { reference: 'whole', email: 'whole@example.com' };
    const license = await issuance.issued({ customer, metadata: { a: true }, domains: ['whole.example'] });
    expect((await list('customer=whole')).body).toEqual({ data: [await issuance.read(license.id)], nextCursor: null });
  });

  it('has one status for every license: that of this moment', async () => {
    const trials = await issuance.newPlan({ trialDays: 30 });
    const mine = { customer: { reference: 'statuses' } };
    const make = async (changes: object, ...commands: [string, object][]) => {
      const { id } = await issuance.issued({ ...mine, ...changes });
      for (const [what, body] of commands) await issuance.command(id, what, body);
      return id;
    };
    const past = { startsAt: '2020-01-01T00:00:00Z' };
    const suspend: [string, object] = ['suspend', { reason: 'x' }];
    const expected = {
      active: [
        await make({}),
        await make({ ...past, expiresAt: '2026-02-28T00:00:00Z' }), // in grace
        await make({ planId: await issuance.newPlan({ durationDays: null }) }), // perpetual
      ],
      trial: [await make({ planId: trials })],
      expired: [await make({ ...past, expiresAt: '2021-01-01T00:00:00Z' })],
      suspended: [
        await make({}, suspend),
        await make({ ...past, expiresAt: '2021-01-01T00:00:00Z' }, suspend),
        await make({}, ['cancel', {}], suspend),
      ],
      cancelled: [await make({}, ['cancel', {}])],
      revoked: [await make({}, suspend, ['revoke', {}])],
    };
    for (const [status, wanted] of Object.entries(expected)) {
      const { body } = await list(`customer=statuses&status=${status}&limit=100`);
      expect([status, body.data.map(({ id }) => id).sort()]).toEqual([status, [...wanted].sort()]);
      expect(new Set(body.data.map((license) => license.status))).toEqual(new Set([status]));
    }
  });

  it('finds a binding however the domain is spelled, and only that binding', async () => {
    const exact = await issuance.issued({ domains: ['bücher.example'] });
    const subtree = await issuance.issued({ domains: ['**.bücher.example'] });
    for (const spelled of ['b%C3%BCcher.example', 'XN--BCHER-KVA.example.', 'xn--bcher-kva.example:443']) {
      expect(await ids(`domain=${spelled}`)).toEqual([exact.id]);
    }
    expect(await ids('domain=**.xn--bcher-kva.example')).toEqual([subtree.id]);
    expect(await ids('domain=www.xn--bcher-kva.example')).toEqual([]);
    expect(await ids('domain=co.uk')).toEqual([]);
  });

  it('follows bindings as they change', async () => {
    const { id } = await issuance.issued({ domains: ['first.example'] });
    await issuance.command(id, 'domains', { domain: 'second.example' });
    await issuance.call('DELETE', `/v1/licenses/${id}/domains/first.example`);
    expect([await ids('domain=first.example'), await ids('domain=second.example')]).toEqual([[], [id]]);
  });

  it('filters by product, plan and customer, all that are given', async () => {
    const product = await issuance.call<ProductBody>('POST', '/v1/products', { body: { name: 'Viewer' } });
    const planId = await issuance.newPlan({ productId: product.body.id });
    const one = await issuance.issued({ planId, customer: { reference: 'mixed' } });
    const two = await issuance.issued({ planId });
    expect((await ids(`productId=${product.body.id}`)).sort()).toEqual([one.id, two.id].sort());
    expect(await ids(`planId=${planId}&customer=mixed`)).toEqual([one.id]);
    expect(await ids(`planId=${issuance.planId}&productId=${product.body.id}`)).toEqual([]);
    expect(await ids('customer=mixe')).toEqual([]);
  });

  it.each([
    ['limit=0', 422, 'invalid_request'],
    ['limit=101', 422, 'invalid_request'],
    ['status=gone', 422, 'invalid_request'],
    ['domain=a%20b', 422, 'invalid_request'],
    ['domain=https://a.com/', 422, 'invalid_request'],
    ['customer=', 422, 'invalid_request'],
    ['unknown=1', 422, 'invalid_request'],
    ['cursor=made-up', 422, 'invalid_cursor'],
    ['productId=prod_01jd3mzk4qf8x2v6n0c7r5t9wb', 404, 'product.not_found'],
    ['planId=plan_01jd3mzk4qf8x2v6n0c7r5t9wb', 404, 'plan.not_found'],
    ['planId=plan', 422, 'invalid_request'],
  ])('answers ?%s with %i %s', async (query, status, code) => {
    expect(await issuance.call('GET', `/v1/licenses?${query}`)).toMatchObject({ status, body: { code } });
  });
});

describe('GET /v1/licenses/{id}/events', () => {
  it('tells what happened, oldest first, page by page', async () => {
    const { id } = await issuance.issued({ domains: ['a.com'] });
    issuance.clock.advance(1_000);
    const at = new Date(issuance.clock.now()).toISOString();
    await issuance.command(id, 'suspend', { reason: 'billing' });
    await issuance.command(id, 'reinstate', { reason: 'billing' });
    const first = await issuance.call('GET', `/v1/licenses/${id}/events?limit=2`);
    expect(first.body.data.map(({ type, version }) => [type, version])).toEqual([
      ['LicenseIssued', 1],
      ['LicenseSuspended', 2],
    ]);
    expect(first.body.data[1]).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/) as unknown,
      type: 'LicenseSuspended',
      version: 2,
      occurredAt: at,
      actor: expect.stringMatching(/^api_key:key_/) as unknown,
      data: { at, reason: 'billing' },
    });
    const second = await issuance.call('GET', `/v1/licenses/${id}/events?cursor=${String(first.body.nextCursor)}`);
    expect(second.body).toMatchObject({ data: [{ type: 'LicenseReinstated', version: 3 }], nextCursor: null });
  });

  it('has times on the wire as texts, within bindings too', async () => {
    const { id } = await issuance.issued({ domains: ['a.com'] });
    const { body } = await issuance.call('GET', `/v1/licenses/${id}/events`);
    const [issued] = body.data as unknown as [{ data: { startsAt: string; bindings: { boundAt: string }[] } }];
    expect(Date.parse(issued.data.startsAt)).toBe(issuance.clock.now());
    expect(Date.parse(issued.data.bindings[0]?.boundAt ?? '')).toBe(issuance.clock.now());
  });

  it.each([
    ['cursor=x', 422, 'invalid_cursor'],
    [`cursor=${Buffer.from('[-5]').toString('base64url')}`, 200, undefined],
    [`cursor=${Buffer.from('[9007199254740991]').toString('base64url')}`, 200, undefined],
    ['limit=1000', 422, 'invalid_request'],
  ])('answers ?%s with %i', async (query, status, code) => {
    const { id } = await issuance.issued();
    const answer = await issuance.call('GET', `/v1/licenses/${id}/events?${query}`);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});
