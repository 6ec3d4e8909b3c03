import { beforeEach, describe, expect, it } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import type { Registry } from 'prom-client';
import { observeRequests } from './observe-requests.js';
import { openRegistry } from './open-registry.js';
import { registerProbes } from './probes.js';
import type { Readiness } from './readiness.js';

let lines: { level: number; route: string; status: number; path: string }[];
let app: FastifyInstance;
let metrics: Registry;
let readiness: Readiness;

beforeEach(() => {
  lines = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => lines.push(JSON.parse(line) as never) });
  metrics = openRegistry('metering', { ofProcess: false });
  readiness = { ready: true, report: { status: 'ok', details: {} } };
  app = fastify();
  observeRequests(app, logger, metrics);
  registerProbes(app, {
    service: 'metering',
    readiness: () => Promise.resolve(readiness),
    metrics: () => metrics.metrics(),
  });
  app.get('/things/:id', (request, reply) => {
    const { id } = request.params as { id: string };
    return reply.code(id === 'bad' ? 500 : 200).send({});
  });
  app.get('/hot', { config: { hot: true } }, (_request, reply) => reply.send({}));
});

const countsOf = async (): Promise<string[]> =>
  (await metrics.metrics())
    .split('\n')
    .filter((line) => line.startsWith('leasehold_http_request_duration_seconds_count'));

describe('the observation of requests', () => {
  it('writes failures as errors and the rest for information, by template and path without query', async () => {
    await app.inject('/things/1?customer=ann');
    await app.inject('/things/bad');
    expect(lines).toEqual([
      expect.objectContaining({ level: 30, route: '/things/:id', path: '/things/1', status: 200 }),
      expect.objectContaining({ level: 50, route: '/things/:id', path: '/things/bad', status: 500 }),
    ]);
  });

  it('leaves hot routes to themselves', async () => {
    await app.inject('/hot');
    expect(lines).toEqual([]);
    expect(await countsOf()).toEqual([]);
  });

  it('writes about probes for debugging only', async () => {
    for (const path of ['/livez', '/readyz', '/metrics', '/version']) await app.inject(path);
    expect(lines.map(({ level }) => level)).toEqual([20, 20, 20, 20]);
  });

  it('cuts off paths that are longer than any of ours', async () => {
    await app.inject(`/${'x'.repeat(5_000)}`);
    expect(lines[0]?.path).toHaveLength(200);
  });

  it('keeps its number of series whatever is asked for', async () => {
    for (let at = 0; at < 300; at++) {
      await app.inject(`/things/${at}`);
      await app.inject(`/unknown/${at}`);
    }
    expect(await countsOf()).toHaveLength(2);
  });
});

describe('the probes', () => {
  it('say 503 and why not when the service is not ready, and are never cached', async () => {
    readiness = { ready: false, report: { status: 'shutting_down', details: {} } };
    const answer = await app.inject('/readyz');
    expect([answer.statusCode, answer.headers['cache-control']]).toEqual([503, 'no-store']);
    expect(answer.json()).toEqual({ status: 'shutting_down', details: {} });
    expect((await app.inject('/livez')).statusCode).toBe(200);
  });

  it('give metrics in the text format', async () => {
    const answer = await app.inject('/metrics');
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.payload).toContain('# TYPE leasehold_http_request_duration_seconds histogram');
  });
});
