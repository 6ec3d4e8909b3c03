import { randomBytes } from 'node:crypto';
import { subscribe } from 'node:diagnostics_channel';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TOPICS } from '@leasehold/contracts';
import { createPostgresLog, type EventLog, eventLogMigrationSql, type Follower } from '@leasehold/messaging';
import { startService } from '@leasehold/runtime';
import { createTestDatabase, type TestDatabase, waitFor } from '@leasehold/testing';
import { generateLicenseId, verifyReceipt } from '@leasehold/tokens';
import { Pool } from 'pg';
import { pino } from 'pino';
import { validation } from '../src/app.module.js';
import { type Answer, ask, bearer, send } from './ask.js';
import {
  aLicense,
  createMemoryLog,
  type Keys,
  licenseRecord,
  MASTER_KEY,
  PUBLIC_URL,
  receiptKeyRecords,
  startValidation,
  tellAccounts,
} from './running-validation.js';
import { ToldValidations } from './told.js';
import { validationDatabase } from './validation-database.js';

let database: TestDatabase;
let log: EventLog;
let keys: Keys;
beforeEach(async () => {
  database = await validationDatabase();
  log = createMemoryLog();
  keys = await tellAccounts(log);
});
afterEach(async () => {
  await log.close();
  await database.drop();
});

describe('a start', () => {
  it('answers 503 until the table has caught up, and only true verdicts from then on', async () => {
    const license = aLicense();
    await log.publish([licenseRecord(license)]);
    const gate = Promise.withResolvers<undefined>();
    // the log is slow: nothing of the licenses is handed over until the gate opens
    const slow: EventLog = {
      ...log,
      follow: (topics, from, handle) =>
        log.follow(topics, from, async (batch) => {
          if (batch.topic === TOPICS.licenseState.name) await gate.promise;
          await handle(batch);
        }),
    };
    const { url, close } = await startUnready(slow);
    const question = { licenseKey: license.id, domain: 'example.com' };
    const early = await ask(url, question);
    expect(early).toMatchObject({
      status: 503,
      body: { code: 'service_unavailable' },
      headers: { 'retry-after': '1' },
    });
    const batch = { path: '/v1/licenses/validate/batch', headers: { 'content-type': 'application/json' } };
    expect((await send(url, JSON.stringify({ items: [question] }), batch)).status).toBe(503);
    const readyz = async (): Promise<Answer> => send(url, undefined, { method: 'GET', path: '/readyz' });
    expect(await readyz()).toMatchObject({ status: 503, body: { details: { 'license-table': { status: 'down' } } } });
    gate.resolve(undefined);
    await waitFor(async () => (await readyz()).status === 200);
    expect((await ask(url, question)).body['code']).toBe('valid');
    await close();
  });

  it('answers 503 while no key signs, since an answer without a receipt is none', async () => {
    const keyless = createMemoryLog();
    await tellAccounts({
      ...keyless,
      publish: (records) => keyless.publish(records.filter(({ topic }) => topic !== TOPICS.serviceKeys.name)),
    });
    const { url, close } = await startUnready(keyless);
    await waitFor(async () => (await ask(url, {})).status === 503);
    const { body } = await send(url, undefined, { method: 'GET', path: '/readyz' });
    expect(body).toMatchObject({ details: { 'receipt-key': { status: 'down' }, 'license-table': { status: 'up' } } });
    await keyless.publish(await receiptKeyRecords(keys.receipt));
    await keyless.publish((await receiptKeyRecords(keys.receipt)).slice(1));
    await waitFor(async () => (await ask(url, {})).status === 200);
    await close();
    await keyless.close();
  });
});

/** As `startValidation`, without waiting for readiness. */
async function startUnready(on: EventLog): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'leasehold-'));
  const service = await startService(validation, {
    databaseUrl: database.url,
    log: on,
    dataDir,
    masterKey: MASTER_KEY,
    logger: pino({ level: 'silent' }),
    config: { publicUrl: PUBLIC_URL },
  });
  const url = await service.listen();
  return {
    url,
    close: async () => {
      await service.close();
      rmSync(dataDir, { recursive: true });
    },
  };
}

describe('an outage of the log and of the database', () => {
  it('changes no answer for licenses that are known, loses no usage, and is over at the next start', async () => {
    const logDatabase = await createTestDatabase();
    const real = await openLogIn(logDatabase);
    keys = await tellAccounts(real);
    const licenses = Array.from({ length: 20 }, (_, at) => aLicense(at % 2 === 0 ? {} : { suspensions: ['billing'] }));
    await real.publish(licenses.map(licenseRecord));
    const dataDir = mkdtempSync(join(tmpdir(), 'leasehold-'));
    const started = await startValidation({ databaseUrl: database.url, log: real, dataDir });
    const round = async (): Promise<(readonly [code: unknown, ok: boolean])[]> =>
      Promise.all(
        licenses.map(async ({ id }, at) => {
          const nonce = `nonce-${at}`;
          const headers = at % 3 === 0 ? bearer(keys.secret) : {};
          const { body } = await ask(started.url, { licenseKey: id, domain: 'example.com', nonce }, headers);
          const expected = { issuer: PUBLIC_URL, domain: 'example.com', nonce, now: Date.now() };
          const set = new Map([[keys.receipt.kid, keys.receipt.verificationKey]]);
          return [body['code'], verifyReceipt(String(body['receipt']), set, expected).ok] as const;
        }),
      );
    const before = await round();
    expect(before).toEqual(licenses.map((_, at) => [at % 2 === 0 ? 'valid' : 'suspended', true]));

    await logDatabase.drop();
    await database.drop();
    for (let n = 0; n < 10; n += 1) expect(await round()).toEqual(before);
    const stranger = generateLicenseId(randomBytes);
    const startedAt = performance.now();
    expect((await ask(started.url, { licenseKey: stranger, domain: 'example.com' })).body['code']).toBe('not_found');
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    await started.close();
    await real.close();
    expect(readdirSync(join(dataDir, 'validation'))).not.toEqual([]);

    // the log and the database are back, as new ones
    database = await validationDatabase();
    const told = await ToldValidations.of(log);
    const again = await startValidation({ databaseUrl: database.url, log, dataDir });
    const inOutage = 10 * licenses.length + 1;
    await waitFor(() => told.batches.reduce((sum, { items }) => sum + items.length, 0) >= inOutage);
    await again.close();
    expect(readdirSync(join(dataDir, 'validation'))).toEqual([]);
    rmSync(dataDir, { recursive: true });
  }, 60_000);

  it('is told in the answers once the view of licenses is older than it may be', async () => {
    const clock = { offset: 0, now: () => Date.now() + clock.offset };
    const license = aLicense();
    await log.publish([licenseRecord(license)]);
    const started = await startValidation({ databaseUrl: database.url, log, clock });
    const warnings = async (licenseKey: string): Promise<unknown> =>
      (await ask(started.url, { licenseKey, domain: 'example.com' })).body['warnings'];
    expect(await warnings(license.id)).toEqual([]);
    clock.offset = 61_000;
    await waitFor(async () => JSON.stringify(await warnings(license.id)) === '["stale_state"]');
    expect(await warnings('garbage')).toEqual(['stale_state']);
    expect(await (await fetch(`${started.url}/metrics`)).text()).toMatch(/validation_stale_seconds\{[^}]*\} 6\d/);
    await started.close();
  });
});

/** The log in a database that can be taken away. */
async function openLogIn({ url }: TestDatabase): Promise<EventLog> {
  const pool = new Pool({ connectionString: url, max: 4 });
  pool.on('error', () => undefined);
  await pool.query(eventLogMigrationSql());
  const opened = createPostgresLog({ pool, instanceId: 'test', onError: () => undefined });
  return {
    ...opened,
    close: async () => {
      await opened.close();
      await pool.end();
    },
  };
}

describe('a close', () => {
  it('fails none of 200 requests in flight, and tells of each', async () => {
    const gate = Promise.withResolvers<undefined>();
    let waiting = false;
    const gated: EventLog = {
      ...log,
      follow: async (topics, from, handle) => {
        const follower = await log.follow(topics, from, handle);
        const passedPresentEnd: Follower['passedPresentEnd'] = async (timeoutMs) => {
          waiting = true;
          await gate.promise;
          return follower.passedPresentEnd(timeoutMs);
        };
        return { ...follower, passedPresentEnd };
      },
    };
    const told = await ToldValidations.of(log);
    const started = await startValidation({ databaseUrl: database.url, log: gated });
    let arrived = 0;
    subscribe('http.server.request.start', () => (arrived += 1));
    const answers = Array.from({ length: 200 }, () =>
      ask(started.url, { licenseKey: generateLicenseId(randomBytes), domain: 'example.com' }),
    );
    await waitFor(() => waiting);
    await waitFor(() => arrived === 200);
    const closed = started.close();
    gate.resolve(undefined);
    const codes = (await Promise.all(answers)).map(({ status, body }) => `${status} ${String(body['code'])}`);
    expect(codes).toEqual(Array<string>(200).fill('200 not_found'));
    await closed;
    await waitFor(() => told.items().length === 200);
  });
});
