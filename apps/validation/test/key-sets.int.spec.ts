import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PLATFORM_TENANT } from '@leasehold/contracts';
import type { EventLog } from '@leasehold/messaging';
import type { TestDatabase } from '@leasehold/testing';
import { generateSigningKey, type SigningKey, verifyReceipt } from '@leasehold/tokens';
import { ask, send } from './ask.js';
import {
  aLicense,
  createMemoryLog,
  licenseRecord,
  OTHER_TENANT,
  publicHalf,
  publicKeyRecord,
  PUBLIC_URL,
  receiptKeyRecords,
  type StartedValidation,
  startValidation,
  TENANT,
  tellAccounts,
  tenantRecord,
} from './running-validation.js';
import { settled, ValidationSuite } from './validation-suite.js';
import { validationDatabase } from './validation-database.js';

const get = (url: string, path: string, headers: Record<string, string> = {}) =>
  send(url, undefined, { method: 'GET', path, headers });
const root = '/.well-known/jwks.json';
const ofTenant = (tenantId: string): string => `/t/${tenantId}${root}`;
const kidsAt = async (url: string, path: string): Promise<string[]> =>
  ((await get(url, path)).body['keys'] as { kid: string }[]).map(({ kid }) => kid);

describe('the key sets of two tenants', () => {
  const suite = new ValidationSuite({ config: { jwksMaxAgeSeconds: 7 } });

  it('are apart: the root has the platform’s only, each tenant’s its own and the platform’s', async () => {
    const { receipt, license } = suite.keys;
    expect(await kidsAt(suite.url, root)).toEqual([receipt.kid]);
    expect((await kidsAt(suite.url, ofTenant(TENANT))).sort()).toEqual([license.kid, receipt.kid].sort());
    expect(await kidsAt(suite.url, ofTenant(OTHER_TENANT))).toEqual([receipt.kid]);
  });

  it('are 404 for a tenant that does not exist', async () => {
    for (const tenant of ['ten_01jd3mzk4qf8x2v6n0c7r5t999', PLATFORM_TENANT, 'x']) {
      const { status, body } = await get(suite.url, ofTenant(tenant));
      expect({ status, code: body['code'] }).toEqual({ status: 404, code: 'tenant.not_found' });
    }
  });

  it('may be kept as long as the settings say, and are asked for by their tag', async () => {
    const { headers, status } = await get(suite.url, root);
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('public, max-age=7');
    expect(headers['content-type']).toMatch(/^application\/json/);
    const etag = String(headers['etag']);
    expect(etag).toMatch(/^"[\w-]+"$/);
    for (const held of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const again = await get(suite.url, root, { 'if-none-match': held });
      expect({ status: again.status, text: again.text, etag: again.headers['etag'] }).toEqual({
        status: 304,
        text: '',
        etag,
      });
    }
    expect((await get(suite.url, root, { 'if-none-match': '"another"' })).status).toBe(200);
  });

  it('change their tag with their keys, show announced and retiring ones, and hide the rest', async () => {
    const before = await get(suite.url, ofTenant(OTHER_TENANT));
    const keyOf = (): SigningKey => generateSigningKey('license', randomBytes);
    const standing = (['pending', 'active', 'retiring', 'retired', 'compromised'] as const).map(
      (status) => [keyOf(), status] as const,
    );
    await suite.log.publish(
      standing.map(([key, status]) => publicKeyRecord(publicHalf(key, OTHER_TENANT, { status }))),
    );
    const shown = [suite.keys.receipt.kid, ...standing.slice(0, 3).map(([key]) => key.kid)].sort();
    const kids = await settled(
      () => kidsAt(suite.url, ofTenant(OTHER_TENANT)),
      (list) => list.length === 4,
    );
    expect(kids.sort()).toEqual(shown);
    expect((await get(suite.url, ofTenant(OTHER_TENANT))).headers['etag']).not.toBe(before.headers['etag']);
  });
});

describe('the key set of a tenant that is alone', () => {
  let database: TestDatabase;
  let log: EventLog;
  let validation: StartedValidation;
  beforeAll(async () => {
    database = await validationDatabase();
    log = createMemoryLog();
    const { createTopics, publish } = log;
    // only the first of the two tenants
    await tellAccounts({
      ...log,
      createTopics,
      publish: (records) => publish(records.filter(({ key }) => !key.startsWith(OTHER_TENANT))),
    });
    validation = await startValidation({ databaseUrl: database.url, log });
  });
  afterAll(async () => {
    await validation.close();
    await log.close();
    await database.drop();
  });

  it('is in the root set, until there is a second tenant', async () => {
    expect(await kidsAt(validation.url, root)).toHaveLength(2);
    await log.publish([tenantRecord({ id: OTHER_TENANT, name: 'second', createdAt: 1 })]);
    expect(
      await settled(
        () => kidsAt(validation.url, root),
        (kids) => kids.length === 1,
      ),
    ).toHaveLength(1);
  });
});

describe('the rotation of receipt keys', () => {
  const clock = { offset: 0, now: () => Date.now() + clock.offset };
  const suite = new ValidationSuite({ clock, config: { jwksMaxAgeSeconds: 1 } });
  const nonce = 'n';

  it('fails no verification: twenty rotations under load, each receipt verified by a set fetched before it', async () => {
    const license = await suite.tell({ expiresAt: null });
    let set = await suite.keySet();
    let current = suite.keys.receipt;
    let running = true;
    const failures: string[] = [];
    const kids = new Set<string>();
    const held = Array.from({ length: 8 }, () => set);
    const load = held.map(async (_, verifier) => {
      while (running) {
        const own = (held[verifier] = set);
        const { body } = await ask(suite.url, { licenseKey: license.id, domain: 'example.com', nonce });
        const result = verifyReceipt(String(body['receipt']), own, {
          issuer: PUBLIC_URL,
          domain: 'example.com',
          nonce,
          now: clock.now(),
        });
        if (result.ok) kids.add(result.kid);
        else failures.push(result.refusal.reason);
      }
    });
    for (let round = 0; round < 20; round += 1) {
      const next = generateSigningKey('receipt', randomBytes);
      const activatesAt = clock.now() + 60_000;
      const createdAt = round + 1;
      await suite.log.publish(await receiptKeyRecords(next, { status: 'pending', activatesAt, createdAt }));
      // a verifier fetches within the time between announcement and use
      set = await settled(
        () => suite.keySet(),
        (keys) => keys.has(next.kid),
      );
      await settled(
        () => Promise.resolve(held),
        (sets) => sets.every((one) => one === set),
      );
      clock.offset += 61_000;
      await settled(
        () => Promise.resolve(kids),
        (seen) => seen.has(next.kid) || failures.length > 0,
      );
      await suite.log.publish([
        ...(await receiptKeyRecords(current, { status: 'retiring', activatesAt: 0, createdAt: round })),
        ...(await receiptKeyRecords(next, { status: 'active', activatesAt, createdAt })),
      ]);
      current = next;
    }
    running = false;
    await Promise.all(load);
    expect(failures).toEqual([]);
    expect(kids.size).toBe(21);
  }, 60_000);

  it('never signs with a key that the key set does not show', async () => {
    const hidden = generateSigningKey('receipt', randomBytes);
    const [privateHalf] = await receiptKeyRecords(hidden, { status: 'active', activatesAt: clock.now() - 1 });
    if (privateHalf === undefined) throw new Error('no record');
    const license = aLicense({ expiresAt: null });
    await suite.log.publish([privateHalf]);
    await suite.log.publish([licenseRecord(license)]);
    for (let round = 0; round < 20; round += 1) {
      const { body } = await ask(suite.url, { licenseKey: license.id, domain: 'example.com', nonce });
      const [head = ''] = String(body['receipt']).split('.');
      expect(Buffer.from(head, 'base64url').toString()).not.toContain(hidden.kid);
    }
  });
});
