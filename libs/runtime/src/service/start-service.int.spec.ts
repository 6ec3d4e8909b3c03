import { mkdtempSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EVENTS, TOPICS, encodeEvent } from '@leasehold/contracts';
import { type EventLog, createMemoryLog } from '@leasehold/messaging';
import { Client } from 'pg';
import { pino } from 'pino';
import { type ScratchDatabases, openScratchDatabases } from '../../test/scratch-database.js';
import { Gate, tinyService } from '../../test/tiny-service.js';
import { LOG_SCHEMA } from '../database/log-schema.js';
import { migrateAll } from '../database/migrate-all.js';
import { type RunningService, startService } from './start-service.js';

const lines: string[] = [];
const logger = pino({ level: 'info' }, { write: (line: string) => lines.push(line) });

let databases: ScratchDatabases;
let databaseUrl: string;
let service: RunningService;
let url: string;
let gate: Gate;
let dataDir: string;

const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await sleep(5);
};

const publishUsage = (log: EventLog, id: string): Promise<void> => {
  const exceeded = encodeEvent(
    EVENTS.usageExceeded,
    { id, source: '/test', subject: 'lic_1', time: 0 },
    {
      license: 'lic_1',
      tenant: 'ten_1',
      product: 'prod_1',
      meter: 'apiCalls',
      used: 2,
      limit: 1,
      periodStart: 0,
      resetsAt: 1,
    },
  );
  return log.publish([{ topic: TOPICS.usage.name, partition: 0, key: 'lic_1', ...exceeded }]);
};

interface Answer {
  readonly status: number | undefined;
  readonly connection: string | undefined;
}
const fetchWith = (agent: Agent, path: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    get(url + path, { agent }, (response) => {
      response.resume();
      response.once('end', () => resolve({ status: response.statusCode, connection: response.headers.connection }));
    }).once('error', reject);
  });

beforeAll(async () => {
  databases = await openScratchDatabases();
  databaseUrl = await databases.make();
  await migrateAll([tinyService(), LOG_SCHEMA], () => databaseUrl, logger);
});
afterAll(() => databases.dropAll());

beforeEach(async () => {
  lines.length = 0;
  gate = new Gate();
  dataDir = mkdtempSync(join(tmpdir(), 'leasehold-'));
  service = await startService(tinyService(gate), {
    databaseUrl,
    dataDir,
    logger,
  });
  url = await service.listen();
});
afterEach(() => service.close());

describe('a started service', () => {
  it('is alive and ready, and says what it is', async () => {
    expect(await (await fetch(`${url}/livez`)).json()).toEqual({ status: 'ok' });
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({ status: 'ok', details: { database: { status: 'up' } } });
    expect(await (await fetch(`${url}/version`)).json()).toMatchObject({ name: 'leasehold', service: 'anomaly' });
  });

  it('is not ready but alive while something it needs is missing, and does not tell strangers why', async () => {
    service.health.register('table', () => Promise.reject(new Error('host 10.1.2.3 is gone')));
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({
      status: 'error',
      details: { database: { status: 'up' }, table: { status: 'down' } },
    });
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    expect(lines.join()).toContain('host 10.1.2.3 is gone');
  });

  it('is not ready when a check does not answer', async () => {
    service.health.register('stuck', () => new Promise(() => undefined));
    expect(await service.readiness()).toMatchObject({
      ready: false,
      report: { details: { stuck: { status: 'down' } } },
    });
  });

  it('does not ask for the database where it serves without it', async () => {
    const second = await startService(
      { ...tinyService(), servesWithoutDatabase: true },
      { databaseUrl, dataDir, logger },
    );
    expect(await second.readiness()).toEqual({ ready: true, report: { status: 'ok', details: {} } });
    await second.close();
  });

  it('counts requests by route template, so that ids and unknown paths add no series', async () => {
    for (const path of ['a', 'b', 'c']) await fetch(`${url}/v1/tiny/${path}`, { method: 'POST' });
    for (const path of ['x', 'y']) await fetch(`${url}/nothing/${path}`);
    const text = await (await fetch(`${url}/metrics`)).text();
    const counts = text.split('\n').filter((line) => line.startsWith('leasehold_http_request_duration_seconds_count'));
    expect(counts).toEqual([
      'leasehold_http_request_duration_seconds_count{service="anomaly",method="POST",route="/v1/tiny/:word",status="200"} 3',
      'leasehold_http_request_duration_seconds_count{service="anomaly",method="GET",route="none",status="404"} 2',
    ]);
  });

  it('writes one line for each request, by the id that the caller gave and gets back', async () => {
    const response = await fetch(`${url}/v1/tiny/word?customer=jane`, {
      method: 'POST',
      headers: { 'x-request-id': 'from-caller.1' },
    });
    expect(response.headers.get('x-request-id')).toBe('from-caller.1');
    await until(() => lines.length > 0);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({
        requestId: 'from-caller.1',
        method: 'POST',
        route: '/v1/tiny/:word',
        path: '/v1/tiny/word',
        status: 200,
      }),
    ]);
    expect(lines.join()).not.toContain('jane');
  });

  it('describes its routes, and answers what it does not know with a problem', async () => {
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: object };
    expect(Object.keys(document.paths)).toEqual(['/v1/tiny/slow', '/v1/tiny/{word}', '/v1/tiny/secret']);
    const missing = await fetch(`${url}/nothing`);
    expect(missing.headers.get('content-type')).toContain('application/problem+json');
    expect(await missing.json()).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('asks the account table who calls: an unknown key is refused', async () => {
    const response = await fetch(`${url}/v1/tiny/secret`, { headers: { authorization: 'Bearer lh_sk_nonsense' } });
    expect(await response.json()).toMatchObject({ status: 401, code: 'invalid_api_key' });
  });

  it('fails none of 200 requests in flight when it is closed, and tells their connections to close', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 200 });
    const answers = Array.from({ length: 200 }, () => fetchWith(agent, '/v1/tiny/slow'));
    await until(() => gate.waiting === 200);
    const closed = service.close();
    await until(() => service.health.draining);
    gate.release();
    expect(await Promise.all(answers)).toEqual(answers.map(() => ({ status: 200, connection: 'close' })));
    await closed;
    await expect(fetch(`${url}/livez`)).rejects.toThrow('fetch failed');
    agent.destroy();
  });

  it('answers a request that comes on an idle connection while it closes', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await fetchWith(agent, '/livez');
    const closed = service.close();
    expect(await fetchWith(agent, '/readyz')).toEqual({ status: 503, connection: 'close' });
    await closed;
    agent.destroy();
  });

  it('answers what is no HTTP with a problem and goes on', async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    let text = '';
    socket.on('data', (data: Buffer) => (text += data.toString()));
    socket.write('GARBAGE\r\n\r\n');
    await new Promise((resolve) => socket.once('close', resolve));
    expect(text).toMatch(/^HTTP\/1\.1 400 [\s\S]*application\/problem\+json[\s\S]*"code":"malformed_request"/);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
  });

  it('hands the events of a topic to its handler, each effect once, also over a restart', async () => {
    const words = async (): Promise<string[]> => {
      const { rows } = await owner.query<{ text: string }>(
        "SELECT text FROM leasehold_anomaly.word WHERE text LIKE 'usage-%' ORDER BY id",
      );
      return rows.map(({ text }) => text);
    };
    const owner = new Client({ connectionString: databaseUrl });
    await owner.connect();
    await publishUsage(service.context.log, 'usage-1');
    await until(async () => (await words()).length === 1);
    await service.close();
    service = await startService(tinyService(gate), { databaseUrl, dataDir, logger });
    await publishUsage(service.context.log, 'usage-2');
    await until(async () => (await words()).length === 2);
    expect(await words()).toEqual(['usage-1', 'usage-2']);
    expect(await service.context.metrics.metrics()).toMatch(
      /^leasehold_consumer_records_total\{[^}]*topic="leasehold.usage.v1"[^}]*\} 1$/m,
    );
    await owner.end();
  });

  it('leaves nothing open when it cannot start, and says why', async () => {
    const broken = { ...tinyService(), routes: [] };
    const connections = async (): Promise<number> => {
      const { rows } = await databases.owner.query<{ count: number }>(
        `SELECT count(*)::int FROM pg_stat_activity WHERE datname = $1`,
        [new URL(databaseUrl).pathname.slice(1)],
      );
      return rows[0]?.count ?? 0;
    };
    await service.close();
    await until(async () => (await connections()) === 0);
    await expect(startService(broken, { databaseUrl, dataDir, logger })).rejects.toThrow(
      'The routes of this service are not those of its contract',
    );
    await until(async () => (await connections()) === 0);
  });

  it('shows its connections and the age of its knowledge as metrics', async () => {
    const text = await service.context.metrics.metrics();
    expect(text).toMatch(/^leasehold_database_connections\{state="waiting",service="anomaly"\} 0$/m);
    expect(text).toMatch(/^leasehold_accounts_age_seconds\{service="anomaly"\} [\d.e-]+$/m);
  });

  it('takes a shared log without closing it', async () => {
    const log = createMemoryLog();
    const second = await startService(tinyService(), {
      databaseUrl,
      dataDir: mkdtempSync(join(tmpdir(), 'lh-')),
      logger,
      log,
    });
    await second.close();
    await log.createTopics([{ name: 'still-open', partitions: 1, cleanup: 'delete', retentionMs: null }]);
    await log.close();
  });
});
