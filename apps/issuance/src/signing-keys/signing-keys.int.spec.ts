import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SigningKeyBody } from '@leasehold/contracts';
import { DAY_MS } from '@leasehold/licensing';
import { waitFor } from '@leasehold/testing';
import { deriveServiceKey, decryptSecret, importSigningKey, localKeyEncryptionKey } from '@leasehold/tokens';
import { randomBytes } from 'node:crypto';
import { MASTER_KEY, type RunningIssuance, runIssuance } from '../../test/running-issuance.js';
import type { CreatedTenant } from '../tenants/create-tenant.js';
import { inserted, timestamp } from '../database/row.js';
import { WRITE_PATH, type WritePath } from '../store/write-path.js';
import { signingKeyContext } from './draw-signing-key.js';
import { LICENSE_SIGNING_KEYS, type LicenseSigningKeys } from './license-signing-keys.js';
import type { RotatedSigningKey } from './rotate-signing-key.js';
import { runDueRotations } from './run-due-rotations.js';

let issuance: RunningIssuance;
let operator: string;
/** Each test has a tenant, and so a ring, of its own. */
let tenant: CreatedTenant;
beforeAll(async () => {
  issuance = await runIssuance();
  operator = issuance.keys.operatorKey;
});
beforeEach(async () => {
  const request = { key: operator, body: { name: 'one more' } };
  tenant = (await issuance.call<CreatedTenant>('POST', '/v1/tenants', request)).body;
});
afterAll(() => issuance.close());

const SCHEDULED_MS = 2 * 300 * 1_000;
const rotate = (body: object, key = tenant.secretKey) =>
  issuance.call<RotatedSigningKey & { readonly code?: string }>('POST', '/v1/signing-keys/rotate', { body, key });
const list = async (purpose = 'license'): Promise<SigningKeyBody[]> =>
  (
    await issuance.call<{ data: SigningKeyBody[] }>('GET', '/v1/signing-keys?limit=100', { key: tenant.secretKey })
  ).body.data.filter((key) => key.purpose === purpose);
const writePath = () => issuance.service.app.get<WritePath>(WRITE_PATH);
const pool = () => issuance.service.context.database.pool;
const runDue = () => runDueRotations(writePath(), pool());
const statuses = async (purpose?: string) => (await list(purpose)).map(({ status }) => status);
const keyInUse = async () => (await issuance.service.app.get<LicenseSigningKeys>(LICENSE_SIGNING_KEYS)(tenant.id)).kid;

/** A license as far as the retirement of keys looks at it. */
const license = (id: string, expiresAt: number | null, revoked = false) =>
  writePath().commit({ actor: { type: 'system', id: 'test' }, now: 0 }, [
    {
      streamId: `license-${tenant.id}-${id}`,
      expectedVersion: 0,
      tenantId: tenant.id,
      events: [],
      rows: [
        inserted('license', {
          id: `${tenant.id}-${id}`,
          tenant_id: tenant.id,
          product_id: 'prod_x',
          plan_id: 'plan_x',
          customer_reference: null,
          trial: false,
          suspended: false,
          cancelled: false,
          revoked,
          expires_at: expiresAt === null ? null : timestamp(expiresAt),
          grace_ends_at: expiresAt === null ? null : timestamp(expiresAt + DAY_MS),
          version: 1,
          state: {},
          created_at: timestamp(0),
        }),
      ],
    },
  ]);

describe('a scheduled rotation', () => {
  it('publishes the new key now and signs with it after twice the max-age of key sets', async () => {
    const before = await keyInUse();
    const { status, body } = await rotate({});
    expect(status).toBe(201);
    expect(body).toEqual({
      kid: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      purpose: 'license',
      status: 'pending',
      activatesAt: timestamp(issuance.clock.now() + SCHEDULED_MS),
    });
    issuance.clock.advance(SCHEDULED_MS - 1);
    await runDue();
    expect(await keyInUse()).toBe(before);
    issuance.clock.advance(1);
    await runDue();
    expect(await keyInUse()).toBe(body.kid);
    const keys = new Map((await list()).map((key) => [key.kid, key]));
    expect(keys.get(body.kid)).toMatchObject({ status: 'active', retiresAt: null });
    expect(keys.get(before)).toMatchObject({ status: 'retiring' });
  });

  it('refuses another one while a key waits', async () => {
    await rotate({});
    expect(await rotate({})).toMatchObject({ status: 409, body: { code: 'signing_key.rotation_pending' } });
    expect(await rotate({ activate: 'now' })).toMatchObject({ status: 409 });
    expect(await rotate({ purpose: 'receipt' }, operator)).toMatchObject({ status: 201 });
    issuance.clock.advance(SCHEDULED_MS);
    await runDue();
  });

  it('lets one of many at once through', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => rotate({})));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
    expect(await statuses()).toHaveLength(2);
  });

  it('takes place by itself while the service runs', async () => {
    const { body } = await rotate({});
    issuance.clock.advance(SCHEDULED_MS);
    await waitFor(async () => (await keyInUse()) === body.kid, { describe: 'the new key to sign' });
  });

  it('takes place once, however many processes look', async () => {
    const { body } = await rotate({});
    issuance.clock.advance(SCHEDULED_MS);
    const other = await issuance.another();
    await Promise.all([
      runDue(),
      runDue(),
      runDueRotations(other.app.get<WritePath>(WRITE_PATH), other.context.database.pool),
    ]);
    const { rows } = await pool().query<{ type: string }>(
      `select type from events where stream_id = $1 order by version`,
      [`signing-key-${body.kid}`],
    );
    expect(rows.map(({ type }) => type)).toEqual(['SigningKeyCreated', 'SigningKeyActivated']);
  });
});

describe('a rotation at once', () => {
  it('signs with the new key from the answer on', async () => {
    const { body } = await rotate({ activate: 'now' });
    expect(body).toMatchObject({ status: 'active', activatesAt: timestamp(issuance.clock.now()) });
    expect(await keyInUse()).toBe(body.kid);
  });

  it('leaves one active key when several happen at once', async () => {
    const answers = await Promise.all(Array.from({ length: 3 }, () => rotate({ activate: 'now' })));
    const made = answers.filter(({ status }) => status === 201);
    const found = await statuses();
    expect(made.length).toBeGreaterThan(0);
    expect(found.filter((status) => status === 'active')).toHaveLength(1);
    expect(found.filter((status) => status === 'retiring')).toHaveLength(made.length);
  });
});

describe('a key that signs no more', () => {
  const formerRetiresAt = async () => {
    const before = await keyInUse();
    await rotate({ activate: 'now' });
    return (await list()).find(({ kid }) => kid === before)?.retiresAt;
  };

  it('verifies until the last token has run out, with grace and 7 days', async () => {
    const end = issuance.clock.now() + 100 * DAY_MS;
    await license('lic_a', end);
    await license('lic_b', end - 50 * DAY_MS);
    await license('lic_revoked', null, true);
    expect(await formerRetiresAt()).toBe(timestamp(end + 8 * DAY_MS));
  });

  it('verifies for ever while a license is perpetual', async () => {
    await license('lic_a', issuance.clock.now() + DAY_MS);
    await license('lic_perpetual', null);
    expect(await formerRetiresAt()).toBeNull();
  });

  it('retires then, and is gone from no list', async () => {
    await license('lic_a', issuance.clock.now() + DAY_MS);
    await formerRetiresAt();
    issuance.clock.advance(9 * DAY_MS);
    await runDue();
    expect((await statuses()).sort()).toEqual(['active', 'retired']);
  });

  it('that signed receipts outlives the last of them', async () => {
    const inUse = (await list('receipt')).find(({ status }) => status === 'active');
    await rotate({ purpose: 'receipt', activate: 'now' }, operator);
    const former = (await list('receipt')).find(({ kid }) => kid === inUse?.kid);
    expect(former).toMatchObject({ status: 'retiring', retiresAt: timestamp(issuance.clock.now() + 8 * DAY_MS) });
  });
});

describe('receipt keys', () => {
  it('are rotated by the only tenant, and by the operator alone once there are two', async () => {
    const alone = await runIssuance();
    try {
      const rotateReceipt = (key?: string) =>
        alone.call('POST', '/v1/signing-keys/rotate', { key, body: { purpose: 'receipt', activate: 'now' } });
      expect(await rotateReceipt()).toMatchObject({ status: 201, body: { purpose: 'receipt', status: 'active' } });
      const { operatorKey } = alone.keys;
      await alone.call('POST', '/v1/tenants', { key: operatorKey, body: { name: 'second' } });
      expect(await rotateReceipt()).toMatchObject({ status: 403, body: { code: 'operator_key_required' } });
      expect(await rotateReceipt(operatorKey)).toMatchObject({ status: 201 });
    } finally {
      await alone.close();
    }
  });

  it('can be decrypted by validation and by nobody else', async () => {
    const { rows } = await pool().query<{ kid: string; ciphertext: string }>(
      `select kid, ciphertext from signing_key where purpose = 'receipt'`,
    );
    const [row] = rows;
    if (row === undefined) throw new Error('there is no receipt key');
    const context = signingKeyContext({ tenantId: 'platform', kid: row.kid, purpose: 'receipt' });
    const keyOf = (service: string) => localKeyEncryptionKey(deriveServiceKey(MASTER_KEY, service), randomBytes);
    const text = await decryptSecret(row.ciphertext, context, [keyOf('validation')]);
    expect(importSigningKey(text)).toMatchObject({ kid: row.kid, purpose: 'receipt' });
    await expect(decryptSecret(row.ciphertext, context, [keyOf('issuance')])).rejects.toThrow(/unknown_kek/);
  });
});

describe('POST /v1/signing-keys/rotate', () => {
  it('has no tenant to rotate license keys of when the operator calls', async () => {
    const answer = await rotate({}, operator);
    expect(answer).toMatchObject({ status: 403, body: { code: 'secret_key_required' } });
  });

  it('answers a repeated request again instead of rotating twice', async () => {
    const { secretKey: key } = tenant;
    const request = { key, body: { activate: 'now' }, headers: { 'idempotency-key': 'rotate-1' } };
    const first = await issuance.call('POST', '/v1/signing-keys/rotate', request);
    const again = await issuance.call('POST', '/v1/signing-keys/rotate', request);
    expect(again.body).toEqual(first.body);
    expect(await statuses()).toHaveLength(2);
  });

  it.each([[{ purpose: 'webhook' }], [{ activate: 'tomorrow' }]])('refuses %j with 422', async (body) => {
    expect(await rotate(body)).toMatchObject({ status: 422 });
  });
});

it('no private key is readable in the database', async () => {
  const { rows } = await pool().query<{ text: string }>(
    `select e::text as text from events e union all select s::text from signing_key s`,
  );
  for (const { text } of rows) expect(text).not.toMatch(/"d"\s*:/);
});
