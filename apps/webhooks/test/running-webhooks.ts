import { accountKey, EVENTS, encodeEvent, SCOPES, TOPICS } from '@leasehold/contracts';
import { createMemoryLog, type EventLog, type NewRecord, partitionOf } from '@leasehold/messaging';
import { createLogger, migrateAll, type RunningService, startService } from '@leasehold/runtime';
import { createTestDatabase, type TestDatabase, waitFor } from '@leasehold/testing';
import { generateApiKey, hashApiKey } from '@leasehold/tokens';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WebhookDeliveryBody, WebhookEndpointBody } from '@leasehold/contracts';
import { webhooks } from '../src/app.module.js';
import type { WebhooksConfig } from '../src/config.js';

/** A clock that tests move. It begins now: independent verifiers look at the real one. */
export interface MovableClock {
  now(): number;
  advance(ms: number): void;
}

export const movableClock = (): MovableClock => {
  let now = Date.now();
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

export interface Tenant {
  readonly id: string;
  readonly secretKey: string;
}

export type CreatedEndpoint = WebhookEndpointBody & { readonly secret: string };

export interface CallOptions {
  readonly tenant?: Tenant;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The service on a database of its own, with two tenants that the accounts topic tells of, reached by real HTTP. */
export interface RunningWebhooks {
  readonly service: RunningService<WebhooksConfig>;
  /** Base URL. */
  readonly url: string;
  readonly log: EventLog;
  readonly clock: MovableClock;
  readonly tenant: Tenant;
  readonly other: Tenant;
  readonly database: TestDatabase;
  readonly dataDir: string;
  call<Body = AnyBody>(method: string, path: string, options?: CallOptions): Promise<HttpAnswer<Body>>;
  endpoint(url: string, eventTypes?: string[], tenant?: Tenant): Promise<CreatedEndpoint>;
  deliveries(query?: string, tenant?: Tenant): Promise<WebhookDeliveryBody[]>;
  /** The one delivery that the query finds, once it is so. */
  delivery(query: string, is: (delivery: WebhookDeliveryBody) => boolean): Promise<WebhookDeliveryBody>;
  /** A further process of the service on the same database and log. */
  another(): Promise<RunningService<WebhooksConfig>>;
  close(): Promise<void>;
}

export const MASTER_KEY = new Uint8Array(32).fill(9);
const logger = createLogger({ level: 'silent', service: 'webhooks' });
const tenant = (letter: string): Tenant => ({
  id: `ten_${letter.repeat(26)}`,
  secretKey: generateApiKey('secret', randomBytes),
});

export async function runWebhooks(config: Partial<WebhooksConfig> = {}): Promise<RunningWebhooks> {
  const database = await createTestDatabase();
  await migrateAll([webhooks], () => database.url, logger);
  const log = createMemoryLog();
  await log.createTopics(Object.values(TOPICS));
  const tenants = [tenant('a'), tenant('b')] as const;
  await log.publish(tenants.flatMap(accountRecords));
  const dataDir = mkdtempSync(join(tmpdir(), 'leasehold-webhooks-'));
  const clock = movableClock();
  const running: RunningService<WebhooksConfig>[] = [];
  const start = async (): Promise<RunningService<WebhooksConfig>> => {
    const service = await startService(webhooks, {
      databaseUrl: database.url,
      dataDir,
      log,
      logger,
      clock,
      masterKey: MASTER_KEY,
      config: {
        databasePoolSize: 5,
        webhookAllowCidrs: ['127.0.0.0/8'],
        webhookAllowHttp: true,
        webhookTimeoutMs: 5_000,
        ...config,
      },
    });
    running.push(service);
    return service;
  };
  const service = await start();
  const url = await service.listen();
  const call = async <Body = AnyBody>(
    method: string,
    path: string,
    { tenant: caller = tenants[0], body, headers = {} }: CallOptions = {},
  ): Promise<HttpAnswer<Body>> => {
    const answer = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${caller.secretKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const parsed = (text === '' ? undefined : JSON.parse(text)) as Body;
    return { status: answer.status, headers: answer.headers, body: parsed };
  };
  const deliveries = async (query = '', caller: Tenant = tenants[0]) =>
    (
      await call<{ data: WebhookDeliveryBody[] }>('GET', `/v1/webhook-deliveries?limit=100&${query}`, {
        tenant: caller,
      })
    ).body.data;
  return {
    service,
    url,
    log,
    clock,
    tenant: tenants[0],
    other: tenants[1],
    database,
    dataDir,
    call,
    deliveries,
    endpoint: async (target, eventTypes = ['*'], caller = tenants[0]) => {
      const { status, body } = await call<CreatedEndpoint>('POST', '/v1/webhook-endpoints', {
        tenant: caller,
        body: { url: target, eventTypes },
      });
      if (status !== 201) throw new Error(JSON.stringify(body));
      return body;
    },
    delivery: (query, is) => {
      let seen: readonly WebhookDeliveryBody[] = [];
      return waitFor(
        async () => {
          seen = await deliveries(query);
          return seen.length === 1 && seen.find(is);
        },
        { describe: () => `the delivery, seen ${JSON.stringify(seen)}` },
      );
    },
    another: start,
    close: async () => {
      for (const one of running) await one.close();
      await log.close();
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function accountRecords({ id, secretKey }: Tenant): NewRecord[] {
  const createdAt = Date.now();
  const keyId = `key_${id.slice(4)}`;
  const envelope = (subject: string) => ({
    id: randomUUID(),
    source: '/leasehold/test',
    subject,
    time: createdAt,
    tenant: id,
  });
  const place = (kind: string, of: string) => ({
    topic: TOPICS.accounts.name,
    partition: partitionOf(id, TOPICS.accounts.partitions),
    key: accountKey(id, kind, of),
  });
  const apiKey = {
    id: keyId,
    tenantId: id,
    kind: 'secret',
    hash: hashApiKey(secretKey),
    scopes: [...SCOPES],
    rate: null,
    createdAt,
  } as const;
  return [
    { ...place('tenant', id), ...encodeEvent(EVENTS.tenant, envelope(id), { id, name: id, createdAt }) },
    { ...place('api-key', keyId), ...encodeEvent(EVENTS.apiKey, envelope(keyId), apiKey) },
  ];
}
