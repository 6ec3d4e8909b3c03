import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LicenseBody, ProductBody } from '@leasehold/contracts';
import { type LicensedIssuance, licensedIssuance } from '../../test/licensed-issuance.js';

let issuance: LicensedIssuance;
beforeAll(async () => {
  issuance = await licensedIssuance();
});
afterAll(() => issuance.close());

const DAY_MS = 86_400_000;
const update = (id: string, body: object, headers = {}) =>
  issuance.call<LicenseBody>('PATCH', `/v1/licenses/${id}`, { body, headers });
const code = async (answer: Promise<{ status: number; body: object }>) => {
  const { status, body } = await answer;
  return [status, (body as { code?: string }).code];
};

describe('suspend and reinstate', () => {
  it('hold a license for each reason on its own: a paid invoice lifts no abuse', async () => {
    const { id } = await issuance.issued();
    expect((await issuance.command(id, 'suspend', { reason: 'billing' })).body.status).toBe('suspended');
    await issuance.command(id, 'suspend', { reason: 'abuse' });
    const { body } = await issuance.command(id, 'reinstate', { reason: 'billing' });
    expect(body).toMatchObject({ status: 'suspended', suspendedReasons: ['abuse'] });
    const free = await issuance.command(id, 'reinstate', { reason: 'abuse' });
    expect(free.body).toMatchObject({ status: 'active', suspendedReasons: [], version: 5 });
    expect(free.headers.get('etag')).toBe('"5"');
  });

  it('that change nothing make no event, and answer the license as it is', async () => {
    const { id } = await issuance.issued();
    await issuance.command(id, 'suspend', { reason: 'manual' });
    const again = await issuance.command(id, 'suspend', { reason: 'manual' });
    expect(again).toMatchObject({ status: 200, body: { version: 2 } });
    expect(await issuance.history(id)).toEqual(['LicenseIssued', 'LicenseSuspended']);
  });

  it.each([{}, { reason: '' }, { reason: 'Two Words' }, { reason: 7 }])(
    'need a reason that is one: %j',
    async (body) => {
      const { id } = await issuance.issued();
      expect(await code(issuance.command(id, 'suspend', body))).toEqual([422, 'invalid_request']);
    },
  );
});

describe('renew', () => {
  it('goes on from the end by the plan’s duration, or to the end it is given', async () => {
    const { id } = await issuance.issued();
    expect((await issuance.command(id, 'renew')).body.expiresAt).toBe('2028-02-29T00:00:00.000Z');
    const { body } = await issuance.command(id, 'renew', { expiresAt: '2030-01-01T01:00:00+01:00' });
    expect(body.expiresAt).toBe('2030-01-01T00:00:00.000Z');
  });

  it('makes a trial a paid license', async () => {
    const planId = await issuance.newPlan({ trialDays: 14 });
    const { id } = await issuance.issued({ planId });
    expect((await issuance.command(id, 'renew')).body.status).toBe('active');
    expect(await issuance.history(id)).toEqual(['LicenseIssued', 'TrialConverted', 'LicenseRenewed']);
  });

  it('undoes a cancellation', async () => {
    const { id } = await issuance.issued();
    expect((await issuance.command(id, 'cancel', { note: 'asked by phone' })).body.status).toBe('cancelled');
    expect((await issuance.command(id, 'renew')).body.status).toBe('active');
  });

  it.each([
    ['to an end before the start', { expiresAt: '2020-01-01T00:00:00Z' }],
    ['for more than a hundred years', { expiresAt: '2126-03-03T00:00:00Z' }],
  ])('is refused %s', async (_what, body) => {
    const { id } = await issuance.issued();
    expect(await code(issuance.command(id, 'renew', body))).toEqual([422, 'license.time_range_invalid']);
  });

  it('is refused while the license is suspended', async () => {
    const { id } = await issuance.issued();
    await issuance.command(id, 'suspend', { reason: 'abuse' });
    expect(await code(issuance.command(id, 'renew'))).toEqual([409, 'license.transition_refused']);
  });
});

describe('revoke', () => {
  it('is final: every other command is refused from then on, and a second one changes nothing', async () => {
    const { id } = await issuance.issued({ domains: ['a.com'] });
    expect((await issuance.command(id, 'revoke', { note: 'stolen' })).body.status).toBe('revoked');
    const refused = [409, 'license.transition_refused'];
    for (const [what, body] of [
      ['renew', {}],
      ['suspend', { reason: 'x' }],
      ['reinstate', { reason: 'x' }],
      ['cancel', {}],
      ['rotate-key', {}],
      ['change-plan', { planId: issuance.planId }],
      ['domains', { domain: 'b.com' }],
      ['domains/move', { from: 'a.com', to: 'b.com' }],
    ] as const) {
      expect([what, await code(issuance.command(id, what, body))]).toEqual([what, refused]);
    }
    expect(await code(update(id, { features: [] }))).toEqual(refused);
    expect(await code(issuance.call('DELETE', `/v1/licenses/${id}/domains/a.com`))).toEqual(refused);
    expect(await code(issuance.command(id, 'revoke'))).toEqual([200, undefined]);
    expect(await issuance.history(id)).toEqual(['LicenseIssued', 'LicenseRevoked']);
  });
});

describe('rotate-key', () => {
  it('gives a new key, which the license has from then on', async () => {
    const { id } = await issuance.issued({ customer: { reference: 'rotating' } });
    const { body } = await issuance.command(id, 'rotate-key', { overlapHours: 1 });
    expect(body.key).toMatch(/^lk_[0-9a-z]{28}$/);
    expect((await issuance.read(id)).key).toBe(body.key);
    const next = await issuance.command(id, 'rotate-key');
    expect(next.body.key).not.toBe(body.key);
    const listed = await issuance.call('GET', '/v1/licenses?customer=rotating');
    expect(listed.body.data[0]).toMatchObject({ id, key: next.body.key });
  });

  it('answers the same new key to the same request', async () => {
    const { id } = await issuance.issued();
    const headers = { 'idempotency-key': 'rotate-once' };
    const first = await issuance.command(id, 'rotate-key', {}, headers);
    const again = await issuance.command(id, 'rotate-key', {}, headers);
    expect(again.body).toEqual(first.body);
    expect(await issuance.history(id)).toEqual(['LicenseIssued', 'KeyRotated']);
  });

  it('keeps e-mail and metadata beside the new key', async () => {
    const customer = { reference: 'c', email: 'c@example.com' };
    const { id } = await issuance.issued({ customer, metadata: { a: 1 } });
    expect((await issuance.command(id, 'rotate-key')).body).toMatchObject({ customer, metadata: { a: 1 } });
    expect(await issuance.read(id)).toMatchObject({ customer, metadata: { a: 1 } });
  });

  it('is refused once twenty keys are good at a time', async () => {
    const { id } = await issuance.issued();
    for (let key = 1; key < 20; key++) await issuance.command(id, 'rotate-key');
    expect(await code(issuance.command(id, 'rotate-key'))).toEqual([422, 'license.too_large']);
  });
});

describe('change-plan', () => {
  it('applies features, limits and policies of the plan; the term stays', async () => {
    const license = await issuance.issued();
    const planId = await issuance.newPlan({ name: 'small', features: ['export'], limits: { apiCalls: 5 } });
    const { body } = await issuance.command(license.id, 'change-plan', { planId });
    expect(body).toMatchObject({ planId, plan: 'small', features: ['export'], limits: { apiCalls: 5 } });
    expect(body.expiresAt).toBe(license.expiresAt);
    const found = await issuance.call('GET', `/v1/licenses?planId=${planId}`);
    expect(found.body.data.map(({ id }) => id)).toEqual([license.id]);
  });

  it('is refused for a plan of another product, a plan that is not there, and one that domains do not fit', async () => {
    const { id } = await issuance.issued({ domains: ['a.com', '*.b.com'] });
    const other = await issuance.call<ProductBody>('POST', '/v1/products', { body: { name: 'Viewer' } });
    const foreign = await issuance.newPlan({ productId: other.body.id });
    const change = (planId: string) => code(issuance.command(id, 'change-plan', { planId }));
    expect(await change(foreign)).toEqual([422, 'license.plan_product_mismatch']);
    expect(await change('plan_01jd3mzk4qf8x2v6n0c7r5t9wb')).toEqual([404, 'plan.not_found']);
    expect(await change(await issuance.newPlan({ domains: { max: 1 } }))).toEqual([409, 'license.domain_limit']);
    expect(await change(await issuance.newPlan({ domains: { max: 2, kinds: ['exact'] } }))).toEqual([
      422,
      'license.domain_kind_not_allowed',
    ]);
  });
});

describe('PATCH', () => {
  it('changes features, limits and metadata in one step, and tells each once', async () => {
    const { id } = await issuance.issued({ metadata: { a: 1 } });
    const { status, headers, body } = await update(id, {
      features: ['export'],
      limits: { seats: 1 },
      metadata: { b: 'x' },
    });
    expect([status, headers.get('etag')]).toEqual([200, '"4"']);
    expect(body).toMatchObject({ features: ['export'], limits: { apiCalls: 1_000, seats: 1 } });
    expect(body.metadata).toEqual({ b: 'x' });
    expect(await issuance.read(id)).toEqual(body);
    await update(id, { features: ['export'], limits: { seats: 1 }, metadata: { b: 'x' } });
    const told = ['LicenseIssued', 'FeaturesChanged', 'LimitsChanged', 'MetadataChanged'];
    expect(await issuance.history(id)).toEqual(told);
  });

  it('does all or nothing', async () => {
    const { id } = await issuance.issued({ metadata: { a: 1 } });
    const features = Array.from({ length: 80 }, (_, n) => `${'f'.repeat(60)}${n}`);
    expect(await code(update(id, { limits: { seats: 1 }, features, metadata: {} }))).toEqual([
      422,
      'license.too_large',
    ]);
    expect(await issuance.read(id)).toMatchObject({ version: 1, limits: { seats: 10 }, metadata: { a: 1 } });
  });
});

describe('If-Match', () => {
  it('is obeyed by every command: a stale version changes nothing, the present one does', async () => {
    const { id } = await issuance.issued({ domains: ['a.com'] });
    await issuance.command(id, 'suspend', { reason: 'x' });
    const stale = { 'if-match': '"1"' };
    const conflict = [412, 'license.version_conflict'];
    for (const [what, body] of [
      ['renew', {}],
      ['suspend', { reason: 'x' }],
      ['reinstate', { reason: 'x' }],
      ['cancel', {}],
      ['revoke', {}],
      ['rotate-key', {}],
      ['change-plan', { planId: issuance.planId }],
      ['domains', { domain: 'b.com' }],
      ['domains/move', { from: 'a.com', to: 'b.com' }],
    ] as const) {
      expect([what, await code(issuance.command(id, what, body, stale))]).toEqual([what, conflict]);
    }
    expect(await code(update(id, { features: [] }, stale))).toEqual(conflict);
    const path = `/v1/licenses/${id}/domains/a.com`;
    expect(await code(issuance.call('DELETE', path, { headers: stale }))).toEqual(conflict);
    expect((await issuance.read(id)).version).toBe(2);
    expect((await issuance.command(id, 'reinstate', { reason: 'x' }, { 'if-match': '"2"' })).status).toBe(200);
    expect((await issuance.command(id, 'suspend', { reason: 'x' }, { 'if-match': '*' })).status).toBe(200);
  });

  it('that is no entity tag is 400, and a license that is not there is 404 whatever it says', async () => {
    const { id } = await issuance.issued();
    expect(await code(issuance.command(id, 'cancel', {}, { 'if-match': 'three' }))).toEqual([400, 'invalid_header']);
    const nobody = 'lic_7d3mzk4qf8x2v6n0c7r5t9wb4e1s';
    expect(await code(issuance.command(nobody, 'cancel', {}, { 'if-match': '"3"' }))).toEqual([
      404,
      'license.not_found',
    ]);
  });
});

describe('the clock', () => {
  it('moves a license through grace to its end without any command', async () => {
    const { id } = await issuance.issued({ expiresAt: '2026-03-02T00:00:00Z' });
    issuance.clock.advance(DAY_MS);
    const graceEndsAt = '2026-03-09T00:00:00.000Z';
    expect(await issuance.read(id)).toMatchObject({ status: 'active', grace: true, graceEndsAt });
    issuance.clock.advance(7 * DAY_MS);
    expect(await issuance.read(id)).toMatchObject({ status: 'expired', grace: false, graceEndsAt: null });
  });
});
