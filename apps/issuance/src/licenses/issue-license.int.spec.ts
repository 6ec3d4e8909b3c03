import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TOPICS } from '@leasehold/contracts';
import type { LogRecord } from '@leasehold/messaging';
import { hashLicenseKey, parseLicenseReference } from '@leasehold/tokens';
import { waitFor } from '@leasehold/testing';
import { type LicensedIssuance, licensedIssuance } from '../../test/licensed-issuance.js';

let issuance: LicensedIssuance;
beforeAll(async () => {
  issuance = await licensedIssuance();
});
afterAll(() => issuance.close());

const refusal = async (changes: object) => {
  const { status, body } = await issuance.issue(changes);
  return [status, (body as unknown as { code: string }).code];
};

describe('POST /v1/licenses', () => {
  it('answers 201 with the license by the plan, and its version as the entity tag', async () => {
    const { status, headers, body } = await issuance.issue({ domains: ['Example.COM'] });
    expect(status).toBe(201);
    expect(headers.get('etag')).toBe('"1"');
    const at = '2026-03-01T00:00:00.000Z';
    expect(body).toEqual({
      id: expect.stringMatching(/^lic_[0-9a-z]{28}$/) as unknown,
      key: body.id,
      status: 'active',
      suspendedReasons: [],
      productId: issuance.productId,
      planId: issuance.planId,
      plan: 'professional',
      customer: null,
      domains: [
        {
          domain: 'example.com',
          kind: 'exact',
          www: true,
          assurance: 'declared',
          environment: 'production',
          boundAt: at,
        },
      ],
      features: ['analytics'],
      limits: { apiCalls: 1_000, seats: 10 },
      startsAt: at,
      expiresAt: '2027-03-01T00:00:00.000Z',
      grace: false,
      graceEndsAt: null,
      metadata: {},
      version: 1,
      createdAt: at,
      updatedAt: at,
    });
    expect(parseLicenseReference(body.key)).toEqual({ kind: 'key', key: body.id });
    expect(await issuance.read(body.id)).toEqual(body);
  });

  it('keeps what is particular about the license: overrides, customer, metadata, times', async () => {
    const said = {
      customer: { reference: 'c-7', email: 'buyer@example.com' },
      features: ['export'],
      startsAt: '2026-04-01T00:00:00.000Z',
      expiresAt: '2026-05-01T00:00:00.000Z',
      metadata: { order: 'A-1', seats: 3, gift: true },
    };
    const license = await issuance.issued({ ...said, limits: { seats: 2 } });
    expect(license).toMatchObject({ ...said, limits: { apiCalls: 1_000, seats: 2 } });
    expect(await issuance.read(license.id)).toEqual(license);
  });

  it('binds domains as text or with www off, in every spelling of a host', async () => {
    const domains = ['*.Example.com', { domain: 'bücher.example', www: false }, 'shop.example.org:443'];
    const license = await issuance.issued({ domains });
    expect(license.domains.map(({ domain, www }) => [domain, www])).toEqual([
      ['*.example.com', false],
      ['xn--bcher-kva.example', false],
      ['shop.example.org', true],
    ]);
  });

  it('imports what has run out already', async () => {
    const license = await issuance.issued({ startsAt: '2020-01-01T00:00:00Z', expiresAt: '2021-01-01T00:00:00Z' });
    expect(license).toMatchObject({ status: 'expired', grace: false });
  });

  it('issues trials by plans with trial days', async () => {
    const planId = await issuance.newPlan({ trialDays: 14 });
    expect(await issuance.issued({ planId })).toMatchObject({
      status: 'trial',
      expiresAt: '2026-03-15T00:00:00.000Z',
    });
  });

  it.each([
    ['a plan that is not there', { planId: 'plan_01jd3mzk4qf8x2v6n0c7r5t9wb' }, 404, 'plan.not_found'],
    ['a domain that is none', { domains: ['https://example.com/'] }, 422, 'license.domain_invalid'],
    ['a public suffix', { domains: ['*.co.uk'] }, 422, 'license.domain_public_suffix'],
    ['the same domain twice', { domains: ['a.com', 'A.com'] }, 409, 'license.domain_already_bound'],
    ['too many domains', { domains: ['a.com', 'b.com', 'c.com', 'd.com'] }, 409, 'license.domain_limit'],
    ['an end before its start', { expiresAt: '2026-02-01T00:00:00Z' }, 422, 'license.time_range_invalid'],
    ['an end no token can have', { expiresAt: '9999-12-31T23:59:59Z' }, 422, 'license.time_range_invalid'],
    ['a start before time began', { startsAt: '1969-12-31T23:59:59Z' }, 422, 'invalid_request'],
    ['more features than a receipt holds', { features: longFeatures(70) }, 422, 'license.too_large'],
    ['101 features', { features: longFeatures(101) }, 422, 'invalid_request'],
    ['half of a surrogate pair', { customer: { reference: '\ud800' } }, 422, 'invalid_request'],
    ['an empty customer reference', { customer: { reference: '' } }, 422, 'invalid_request'],
    ['a member it does not know', { colour: 'red' }, 422, 'invalid_request'],
  ])('refuses %s', async (_what, changes, status, code) => {
    expect(await refusal(changes)).toEqual([status, code]);
  });

  it('refuses a kind of domain that the plan does not allow', async () => {
    const planId = await issuance.newPlan({ domains: { max: 1, kinds: ['exact'], development: false } });
    expect(await refusal({ planId, domains: ['*.example.com'] })).toEqual([422, 'license.domain_kind_not_allowed']);
    expect(await refusal({ planId, domains: ['localhost'] })).toEqual([422, 'license.domain_kind_not_allowed']);
  });
});

function longFeatures(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `${'f'.repeat(60)}${n}`);
}

describe('Idempotency-Key', () => {
  const headers = { 'idempotency-key': 'order-1' };

  it('makes one license of an order that is repeated', async () => {
    const first = await issuance.issue({ domains: ['once.example'] }, { headers });
    const again = await issuance.issue({ domains: ['once.example'] }, { headers });
    expect(again.body).toEqual(first.body);
    expect([again.status, again.headers.get('etag')]).toEqual([201, '"1"']);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await refusal({ domains: ['once.example'] })).toEqual([201, undefined]);
    const another = await issuance.issue({ domains: ['other.example'] }, { headers });
    expect(another).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
  });

  it('has its answer in the transaction of the events, so that a crash after the commit repeats nothing', async () => {
    const { body } = await issuance.issue({}, { headers: { 'idempotency-key': 'crash' } });
    const { rows } = await issuance.service.context.database.pool.query<{ together: boolean }>(
      `select i.answer is not null and i.xmin = l.xmin as together from idempotency i, license l
       where l.id = $1 and i.xmin = l.xmin`,
      [body.id],
    );
    expect(rows).toEqual([{ together: true }]);
  });
});

describe('what must not be in events', () => {
  it('is neither in the store nor on the log: e-mail, metadata and keys', async () => {
    const secrets = ['hidden@example.com', 'secret-order-9', 'changed-order-10'];
    const license = await issuance.issued({
      customer: { reference: 'c-hidden', email: secrets[0] },
      metadata: { order: secrets[1] },
    });
    await issuance.call('PATCH', `/v1/licenses/${license.id}`, { body: { metadata: { order: secrets[2] } } });
    const { body: rotated } = await issuance.command(license.id, 'rotate-key');

    const { pool } = issuance.service.context.database;
    const { rows } = await pool.query<{ text: string }>(
      `select data::text || metadata::text as text from events where stream_id = $1 order by version`,
      [`license-${license.id}`],
    );
    const stored = rows.map(({ text }) => text).join('\n');
    const records: LogRecord[] = [];
    const follower = await issuance.log.follow([TOPICS.licenses, TOPICS.licenseState], 'start', (batch) => {
      records.push(...batch.records.filter(({ key }) => key === license.id));
      return Promise.resolve();
    });
    await waitFor(() => records.length >= 6);
    await follower.close();
    const published = records.map(({ value }) => Buffer.from(value ?? []).toString()).join('\n');
    for (const text of [stored, published]) {
      for (const secret of [...secrets, rotated.key]) expect(text).not.toContain(secret);
      expect(text).toContain('c-hidden');
      expect(text).toContain(hashLicenseKey(rotated.key));
    }
  });

  it('is encrypted where a key has to be shown again', async () => {
    const { id } = await issuance.issued();
    const { body: rotated } = await issuance.command(id, 'rotate-key');
    const { rows } = await issuance.service.context.database.pool.query<{ row: string }>(
      'select p::text as row from license_private p where license_id = $1',
      [id],
    );
    expect(rows[0]?.row).not.toContain(rotated.key);
    expect(await issuance.read(id)).toMatchObject({ key: rotated.key });
  });
});
