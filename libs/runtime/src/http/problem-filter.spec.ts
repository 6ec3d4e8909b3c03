import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NotFoundException } from '@nestjs/common';
import { ERRORS, type ErrorCode, type ErrorDefinition } from '@leasehold/contracts';
import type { FastifyInstance } from 'fastify';
import type { LogFn } from 'pino';
import { HttpAdapter } from './http-adapter.js';
import { ProblemError } from './problem-error.js';
import { ReplayedAnswer } from './replayed-answer.js';

const codes = Object.keys(ERRORS) as ErrorCode[];
let app: FastifyInstance;
let lines: { level: string; message: string | undefined; fields: Record<string, unknown> }[];
let fault: unknown;

beforeEach(async () => {
  lines = [];
  const write =
    (level: string): LogFn =>
    (fields: unknown, message?: string): void => {
      lines.push({ level, message, fields: fields as Record<string, unknown> });
    };
  const adapter = new HttpAdapter({
    publicUrl: 'https://x.test',
    logger: { error: write('error'), warn: write('warn') },
  });
  app = adapter.getInstance();
  app.setErrorHandler((error, request, reply) => adapter.problems.send(error, request, reply));
  app.setNotFoundHandler((request, reply) => adapter.problems.send(new NotFoundException(), request, reply));
  app.get('/v1/fails', () => Promise.reject(fault as Error));
  app.post('/v1/fails', () => 'made');
  app.delete('/v1/fails/:id', () => 'gone');
  app.get('/v1/breaks', async (_request, reply) => {
    void reply.hijack();
    reply.raw.write('half of ');
    await Promise.resolve();
    adapter.problems.send(new Error('too late'), _request, reply);
  });
  await app.ready();
});
afterEach(() => app.close());

const failWith = (thrown: unknown, url = '/v1/fails?key=lh_sk_1') => {
  fault = thrown;
  return app.inject({ url, headers: { 'x-request-id': 'r-1' } });
};

describe('the answer to a refusal', () => {
  it.each(codes)('%s has its status, its sentence, its page and the id of the request, and no query', async (code) => {
    const { status, sentence }: ErrorDefinition = ERRORS[code];
    const response = await failWith(new ProblemError(code));
    expect(response.statusCode).toBe(status);
    expect(response.headers).toMatchObject({ 'content-type': 'application/problem+json', 'x-request-id': 'r-1' });
    expect(response.json()).toEqual({
      type: `https://x.test/docs/errors/${code}`,
      title: sentence,
      status,
      detail: sentence,
      instance: '/v1/fails',
      code,
      requestId: 'r-1',
    });
  });

  it('has the detail, the members and the headers of the case', async () => {
    const errors = [{ pointer: '/name', message: 'is required' }];
    const response = await failWith(
      new ProblemError('rate_limited', { detail: 'Slowly.', errors, headers: { 'Retry-After': '7' }, cause: 'hush' }),
    );
    expect(response.headers['retry-after']).toBe('7');
    expect(response.json()).toMatchObject({ detail: 'Slowly.', errors });
    expect(response.payload).not.toContain('hush');
  });
});

describe('the log', () => {
  it('has a line for what is our fault, with its cause, and none for what is not', async () => {
    for (const code of codes) await failWith(new ProblemError(code, { cause: new Error(`why ${code}`) }));
    expect(lines.map(({ level, message, fields }) => [level, message, fields['code']])).toEqual([
      ['error', 'a request failed', 'internal_error'],
      ['warn', 'a request could not be served', 'service_unavailable'],
    ]);
    expect(lines[0]?.fields).toMatchObject({
      err: { message: 'why internal_error' },
      requestId: 'r-1',
      method: 'GET',
    });
  });

  it('has the refusal itself where that has no cause', async () => {
    const refusal = new ProblemError('internal_error');
    await failWith(refusal);
    expect(lines[0]?.fields['err']).toBe(refusal);
  });

  it.each([['a text'], [undefined], [null], [{ odd: true }]])(
    'tells a caller nothing of %j that was thrown',
    async (thrown) => {
      const response = await failWith(thrown);
      expect(response.statusCode).toBe(500);
      expect(response.json()).toMatchObject({ code: 'internal_error', detail: ERRORS.internal_error.sentence });
    },
  );
});

describe('an answer that was given before', () => {
  const again = (body: string, headers: Readonly<Record<string, string>> = {}) =>
    failWith(new ReplayedAnswer({ status: 201, headers, body }));

  it('is given as it was, and says so', async () => {
    const response = await again('{"id":"ü"}', { 'content-type': 'application/json; charset=utf-8', etag: '"1"' });
    expect([response.statusCode, response.payload]).toEqual([201, '{"id":"ü"}']);
    expect(response.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      etag: '"1"',
      'idempotency-replayed': 'true',
      'x-request-id': 'r-1',
    });
  });

  it('may have no body', async () => {
    const response = await again('');
    expect([response.payload, response.headers['content-type']]).toEqual(['', undefined]);
    expect(lines).toEqual([]);
  });
});

describe('an address', () => {
  it.each([
    ['PUT', '/v1/fails', 'GET, HEAD, POST'],
    ['PATCH', '/v1/fails?x=1', 'GET, HEAD, POST'],
    ['GET', '/v1/fails/1', 'DELETE'],
  ] as const)('does not take %s %s, and says what it takes', async (method, url, allow) => {
    const response = await app.inject({ method, url });
    expect([response.statusCode, response.headers.allow]).toEqual([405, allow]);
    expect(response.json()).toMatchObject({ code: 'method_not_allowed', instance: url.split('?')[0] });
  });

  it.each(['/', '/v1', '/v1/fails/', '/v1/fails/1/2', '/V1/fails', '//v1/fails', '/v1//fails', '/v1/fails;x'])(
    'that nobody serves is not found: %s',
    async (url) => {
      const response = await app.inject(url);
      expect([response.statusCode, response.headers.allow]).toEqual([404, undefined]);
    },
  );

  it('that cannot be decoded is a malformed request, with an id all the same', async () => {
    const response = await app.inject('/v1/%zz');
    expect(response.json()).toMatchObject({ code: 'malformed_request', requestId: response.headers['x-request-id'] });
  });
});

it('an answer that fails halfway is cut, so that nobody takes it for whole, and logged', async () => {
  await expect(app.inject({ url: '/v1/breaks', headers: { 'x-request-id': 'r-2' } })).rejects.toThrow();
  expect(lines).toEqual([
    {
      level: 'error',
      message: 'a request failed after its answer had begun',
      fields: { err: new Error('too late'), requestId: 'r-2' },
    },
  ]);
});
