import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOPICS } from '@leasehold/contracts';
import { createMemoryLog, type EventLog } from '@leasehold/messaging';
import {
  type Bootstrap,
  createLogger,
  type FirstKeys,
  migrateAll,
  type RunningService,
  startService,
} from '@leasehold/runtime';
import { createTestDatabase, type TestDatabase } from '@leasehold/testing';
import { BOOTSTRAP, issuance } from '../src/app.module.js';

/** A clock that tests move. */
export interface MovableClock {
  now(): number;
  advance(ms: number): void;
}

export const movableClock = (start = Date.parse('2026-03-01T00:00:00Z')): MovableClock => {
  let now = start;
  return {
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
  };
};

export interface HttpAnswer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** What a test looks at in a body whose shape it does not name. */
export interface AnyBody {
  readonly id: string;
  readonly code: string;
  readonly data: readonly Readonly<Record<string, unknown>>[];
  readonly nextCursor: string | null;
  readonly [member: string]: unknown;
}

export interface CallOptions {
  /** The tenant's secret key unless told; empty for none. */
  readonly key?: string | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Issuance on a database of its own, with the keys of its first start, reached by real HTTP. */
export interface RunningIssuance {
  readonly service: RunningService;
  readonly log: EventLog;
  readonly clock: MovableClock;
  readonly keys: FirstKeys;
  readonly database: TestDatabase;
  call<Body = AnyBody>(method: string, path: string, options?: CallOptions): Promise<HttpAnswer<Body>>;
  /** A further process of the service on the same database and log. */
  another(): Promise<RunningService>;
  close(): Promise<void>;
}

const logger = createLogger({ level: 'silent', service: 'issuance' });
export const MASTER_KEY = new Uint8Array(32).fill(7);

export interface RunIssuance {
  readonly clock?: MovableClock;
  /** Closed with the service. */
  readonly log?: EventLog;
}

export async function runIssuance({
  clock = movableClock(),
  log = createMemoryLog(),
}: RunIssuance = {}): Promise<RunningIssuance> {
  const database = await createTestDatabase();
  await migrateAll([issuance], () => database.url, logger);
  await log.createTopics(Object.values(TOPICS));
  const dataDir = mkdtempSync(join(tmpdir(), 'leasehold-issuance-'));
  const start = async (): Promise<RunningService> =>
    startService(issuance, {
      databaseUrl: database.url,
      dataDir,
      log,
      logger,
      clock,
      masterKey: MASTER_KEY,
      config: { databasePoolSize: 5 },
    });
  const service = await start();
  const keys = await service.app.get<Bootstrap>(BOOTSTRAP).run(() => Promise.resolve());
  if (keys === undefined) throw new Error('a new database has no first keys');
  const url = await service.listen();
  const others: RunningService[] = [];
  return {
    service,
    log,
    clock,
    keys,
    database,
    call: async <Body = AnyBody>(
      method: string,
      path: string,
      { key = keys.secretKey, body, headers = {} }: CallOptions = {},
    ): Promise<HttpAnswer<Body>> => {
      const answer = await fetch(url + path, {
        method,
        headers: {
          ...(key === '' ? {} : { authorization: `Bearer ${key}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return {
        status: answer.status,
        headers: answer.headers,
        body: (text === '' ? undefined : JSON.parse(text)) as Body,
      };
    },
    another: async () => {
      const other = await start();
      others.push(other);
      return other;
    },
    close: async () => {
      for (const running of [...others, service]) await running.close();
      await log.close();
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
