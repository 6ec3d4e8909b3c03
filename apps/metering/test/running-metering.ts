import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { accountKey, encodeEvent, EVENTS, type LicenseState, type Scope, SCOPES, TOPICS } from '@leasehold/contracts';
import { createMemoryLog, type EventLog, partitionOf } from '@leasehold/messaging';
import { createLogger, migrateAll, type RunningService, startService } from '@leasehold/runtime';
import { createTestDatabase, waitFor } from '@leasehold/testing';
import { generateApiKey, hashApiKey } from '@leasehold/tokens';
import { metering } from '../src/app.module.js';
import { OTHER_TENANT, T0, TENANT } from './licenses.js';
import { licenseFact } from './log-records.js';

export interface HttpAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface PostOptions {
  readonly key?: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Metering on a database and a log of its own, at a time that tests set, reached by real HTTP. */
export interface RunningMetering {
  readonly service: RunningService;
  readonly log: EventLog;
  readonly databaseUrl: string;
  readonly clock: { now: () => number; time: number };
  /** Secret keys with every scope, of two tenants; and one of the first tenant without those for usage. */
  readonly keys: {
    readonly own: string;
    readonly other: string;
    readonly narrow: string;
    readonly publishable: string;
  };
  /** While the log is away, metering can publish nothing to it; tests still can. */
  logIs(state: 'there' | 'away'): void;
  /** Publishes the licenses and waits until metering has heard of them. */
  heard(...licenses: readonly LicenseState[]): Promise<void>;
  get(query: Readonly<Record<string, string>>, key?: string): Promise<HttpAnswer>;
  post(body: unknown, options?: PostOptions): Promise<HttpAnswer>;
  close(): Promise<void>;
}

interface NewKey {
  readonly tenantId: string;
  readonly kind?: 'secret' | 'publishable';
  readonly scopes?: readonly Scope[];
}

async function publishKey(log: EventLog, { tenantId, kind = 'secret', scopes = SCOPES }: NewKey): Promise<string> {
  const key = generateApiKey(kind, randomBytes);
  const id = `key_${randomBytes(4).toString('hex')}`;
  const account = { id, tenantId, kind, hash: hashApiKey(key), scopes: [...scopes], rate: null, createdAt: T0 };
  const envelope = { id, source: '/test', subject: id, tenant: tenantId, time: T0 };
  await log.publish([
    {
      topic: TOPICS.accounts.name,
      partition: partitionOf(tenantId, TOPICS.accounts.partitions),
      key: accountKey(tenantId, 'api-key', id),
      ...encodeEvent(EVENTS.apiKey, envelope, account),
    },
  ]);
  return key;
}

export async function runMetering(): Promise<RunningMetering> {
  const logger = createLogger({ level: 'silent', service: 'metering' });
  const database = await createTestDatabase();
  await migrateAll([metering], () => database.url, logger);
  const log = createMemoryLog();
  await log.createTopics(Object.values(TOPICS));
  const keys = {
    own: await publishKey(log, { tenantId: TENANT }),
    other: await publishKey(log, { tenantId: OTHER_TENANT }),
    narrow: await publishKey(log, {
      tenantId: TENANT,
      scopes: SCOPES.filter((scope) => !scope.startsWith('usage:')),
    }),
    publishable: await publishKey(log, { tenantId: TENANT, kind: 'publishable', scopes: [] }),
  };
  const dataDir = mkdtempSync(join(tmpdir(), 'leasehold-metering-'));
  const clock = { time: T0, now: () => clock.time };
  let away = false;
  const failing: EventLog = {
    ...log,
    publish: (records) => (away ? Promise.reject(new Error('the log is away')) : log.publish(records)),
  };
  const options = { databaseUrl: database.url, dataDir, log: failing, logger, clock, masterKey: new Uint8Array(32) };
  const service = await startService(metering, { ...options, config: { databasePoolSize: 6 } });
  const url = await service.listen();
  const { pool } = service.context.database;
  const ask = async (path: string, init: RequestInit): Promise<HttpAnswer> => {
    const answer = await fetch(url + path, init);
    return { status: answer.status, body: (await answer.json()) as HttpAnswer['body'] };
  };
  return {
    service,
    log,
    databaseUrl: database.url,
    clock,
    keys,
    logIs: (state) => {
      away = state === 'away';
    },
    heard: async (...licenses) => {
      await log.publish(licenses.map(licenseFact));
      await waitFor(async () => {
        const { rows } = await pool.query<{ known: boolean }>(
          `SELECT bool_and(version >= heard) AS known
           FROM unnest($1::text[], $2::int[]) AS h (license_id, heard) LEFT JOIN license_context USING (license_id)
           HAVING count(license_context.*) = count(*)`,
          [licenses.map(({ id }) => id), licenses.map(({ version }) => version)],
        );
        return rows[0]?.known;
      });
    },
    get: (query, key = keys.own) =>
      ask(`/v1/usage?${new URLSearchParams(query).toString()}`, { headers: { authorization: `Bearer ${key}` } }),
    post: (body, { key = keys.own, type = 'application/cloudevents+json', headers = {} } = {}) =>
      ask('/v1/usage', {
        method: 'POST',
        headers: { ...headers, authorization: `Bearer ${key}`, 'content-type': type },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    close: async () => {
      await service.close();
      await log.close();
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
