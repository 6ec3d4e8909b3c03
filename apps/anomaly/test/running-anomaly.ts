import { type AnomalyBody, type AnomalyFinding, SCOPES, TOPICS, type ValidationItem } from '@leasehold/contracts';
import { createMemoryLog, type EventLog, type NewRecord } from '@leasehold/messaging';
import { createLogger, migrateAll, type RunningService, startService } from '@leasehold/runtime';
import { createTestDatabase, type TestDatabase, waitFor } from '@leasehold/testing';
import { generateApiKey } from '@leasehold/tokens';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anomaly } from '../src/app.module.js';
import { apiKeyRecord, type KeyRights, licenseRecord } from './log-records.js';
import { numbered, partitionOfLicense, type TestLicense, validationRecord } from './observed.js';

export interface HttpAnswer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface Tenant {
  readonly id: string;
  readonly secretKey: string;
}

export type AnyBody = AnomalyBody & { readonly code: string };
export interface AnomalyList {
  readonly data: readonly AnomalyBody[];
  readonly nextCursor: string | null;
  readonly code: string;
}

export interface CallOptions {
  readonly tenant?: Tenant;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A finding as an event on the log. */
export interface Told {
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly key: string;
  readonly partition: number;
  readonly data: AnomalyFinding & { readonly firstSeenAt: unknown; readonly lastSeenAt: unknown };
}

/** The service on a database of its own, with two tenants that the accounts topic tells of, reached by real HTTP. */
export interface RunningAnomaly {
  readonly service: RunningService;
  readonly database: TestDatabase;
  readonly tenant: Tenant;
  readonly other: Tenant;
  call<Body = AnyBody>(method: string, path: string, options?: CallOptions): Promise<HttpAnswer<Body>>;
  list(query?: string, tenant?: Tenant): Promise<HttpAnswer<AnomalyList>>;
  /** Tells a fact of the license, as issuance does. */
  issue(license: TestLicense): Promise<void>;
  /** Tells a fact of the license, and waits until the service knows whose it is. */
  introduce(license: TestLicense): Promise<void>;
  /** Tells what a validator answered about a license. */
  observe(license: TestLicense, items: readonly ValidationItem[]): Promise<void>;
  /** The one finding of the license, once it has this count. */
  finding(license: TestLicense, count: number): Promise<AnomalyBody>;
  /** What is on the log of a finding, in order, once there are so many. */
  told(findingId: string, count: number): Promise<readonly Told[]>;
  /** Another key of the tenant. */
  newKey(rights: KeyRights): Promise<string>;
  /** A further process of the service on the same database. */
  another(log?: EventLog): Promise<RunningService>;
  close(): Promise<void>;
}

const EVERYTHING: KeyRights = { kind: 'secret', scopes: SCOPES };
const logger = createLogger({ level: 'silent', service: 'anomaly' });
const tenant = (letter: string): Tenant => ({
  id: `ten_${letter.repeat(26)}`,
  secretKey: generateApiKey('secret', randomBytes),
});

export interface RunAnomaly {
  /** What the service is given instead of the log itself. */
  readonly through?: (log: EventLog) => EventLog;
  readonly now?: () => number;
}

export async function runAnomaly({
  through = (log) => log,
  now = () => Date.parse('2026-03-02T13:00:00Z'),
}: RunAnomaly = {}): Promise<RunningAnomaly> {
  const database = await createTestDatabase();
  await migrateAll([anomaly], () => database.url, logger);
  const log = createMemoryLog();
  await log.createTopics(Object.values(TOPICS));
  const tenants = [tenant('a'), tenant('b')] as const;
  await log.publish(tenants.map(({ id, secretKey }) => apiKeyRecord(id, secretKey, EVERYTHING)));
  const told: Told[] = [];
  await log.follow([TOPICS.anomalies], 'start', (batch) => {
    told.push(...batch.records.map(toldIn));
    return Promise.resolve();
  });
  const dataDir = mkdtempSync(join(tmpdir(), 'leasehold-anomaly-'));
  const running: RunningService[] = [];
  const start = async (of: EventLog): Promise<RunningService> => {
    const service = await startService(anomaly, {
      databaseUrl: database.url,
      dataDir,
      log: of,
      logger,
      clock: { now },
      masterKey: new Uint8Array(32).fill(5),
      config: { databasePoolSize: 5 },
    });
    running.push(service);
    return service;
  };
  const service = await start(through(log));
  const url = await service.listen();
  const call = async <Body>(
    method: string,
    path: string,
    { tenant: caller = tenants[0], headers = {} }: CallOptions = {},
  ): Promise<HttpAnswer<Body>> => {
    const authorization = `Bearer ${caller.secretKey}`;
    const answer = await fetch(url + path, { method, headers: { authorization, ...headers } });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Body };
  };
  const list = (query = '', caller: Tenant = tenants[0]) =>
    call<AnomalyList>('GET', `/v1/anomalies?${query}`, { tenant: caller });
  const sent = new Map<number, number>();
  const issue = (license: TestLicense): Promise<void> => log.publish([licenseRecord(license)]);
  return {
    service,
    database,
    tenant: tenants[0],
    other: tenants[1],
    call,
    list,
    issue,
    introduce: async (license) => {
      await issue(license);
      const caller = tenants.find(({ id }) => id === license.tenant);
      const isKnown = async () => (await list(`licenseId=${license.license}`, caller)).status === 200;
      await waitFor(isKnown, { describe: 'the license to be known' });
    },
    observe: async (license, items) => {
      const partition = partitionOfLicense(license);
      const first = (sent.get(partition) ?? 0) + 1;
      sent.set(partition, first + items.length - 1);
      await log.publish([validationRecord(numbered(partition, first, items))]);
    },
    finding: (license, count) =>
      waitFor(
        async () => {
          const { body } = await list(
            'limit=100',
            tenants.find(({ id }) => id === license.tenant),
          );
          return body.data.find((one) => one.licenseId === license.license && one.count === count);
        },
        { describe: `a finding with the count ${count}` },
      ),
    told: (findingId, count) =>
      waitFor(
        () => {
          const of = told.filter(({ data }) => data.id === findingId);
          return of.length >= count && of;
        },
        { describe: `${count} tellings` },
      ),
    newKey: async (rights) => {
      const key = generateApiKey(rights.kind, randomBytes);
      await log.publish([apiKeyRecord(tenants[0].id, key, rights)]);
      return key;
    },
    another: (of = log) => start(of),
    close: async () => {
      for (const one of running) await one.close();
      await log.close();
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

const toldIn = ({ headers, key, partition, value }: NewRecord): Told => ({
  id: headers['ce_id'] ?? '',
  headers,
  key,
  partition,
  data: JSON.parse(Buffer.from(value ?? []).toString('utf8')) as Told['data'],
});
