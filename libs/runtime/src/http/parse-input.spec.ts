import { describe, expect, it } from '@jest/globals';
import { route, type RouteDefinition } from '@leasehold/contracts';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parseInput, readBody } from './parse-input.js';
import { ProblemError } from './problem-error.js';

const base = { service: 'issuance', tag: 'X', summary: 'X', access: { kind: 'public' }, method: 'POST' } as const;
const answer = { status: 200, description: 'X' } as const;
const plain = route({ ...base, operationId: 'plain', path: '/v1/x', answer });
const full = route({
  ...base,
  operationId: 'full',
  path: '/v1/x/:boxId',
  params: z.object({ boxId: z.string().max(10) }),
  query: z.strictObject({ limit: z.coerce.number().default(20), 'odd/~name': z.string().optional() }),
  body: z.strictObject({ name: z.string().optional() }),
  errors: ['invalid_cursor', 'plan.not_found', 'license.not_found'],
  answer,
});
const events: RouteDefinition = {
  ...full,
  bodyTypes: ['application/cloudevents+json', 'application/cloudevents-batch+json'],
};

interface Sent {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}
const requestOf = ({ params = { boxId: 'box' }, query = {}, headers = {}, body }: Sent): FastifyRequest =>
  ({ params, query, headers, body }) as unknown as FastifyRequest;
const parse = (definition: RouteDefinition, sent: Sent) => {
  const request = requestOf(sent);
  return parseInput(definition, request, readBody(definition, request));
};
const refusalOf = (definition: RouteDefinition, sent: Sent): ProblemError => {
  try {
    parse(definition, sent);
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
  throw new Error('the request was taken');
};
const json = (body: unknown, type = 'application/json', more: Readonly<Record<string, string>> = {}): Sent => ({
  headers: { 'content-type': type, ...more },
  body: Buffer.from(JSON.stringify(body)),
});

describe('what a route does not take', () => {
  it('is not looked at: neither parameters, nor a query, nor a body of whatever type', () => {
    const sent = { params: {}, query: { x: ['1', '2'] }, headers: { 'content-type': 'a' }, body: Buffer.from('{') };
    expect(parse(plain, sent)).toEqual({ params: {}, query: {}, body: undefined });
  });
});

describe('parameters of the path', () => {
  it('are parsed by their schema', () => {
    expect(parse(full, { params: { boxId: 'box_1' } }).params).toEqual({ boxId: 'box_1' });
  });

  it.each([
    ['too long', 'x'.repeat(11)],
    ['with a NUL character', 'box\0'],
    ['with half of a surrogate pair', '\ud800'],
  ])('that are %s name nothing: the first 404 of the route', (_what, boxId) => {
    expect(refusalOf(full, { params: { boxId } }).code).toBe('plan.not_found');
    expect(refusalOf({ ...full, errors: [] }, { params: { boxId } }).code).toBe('not_found');
  });
});

describe('a query', () => {
  it('gets the defaults of its schema', () => {
    expect(parse(full, {}).query).toEqual({ limit: 20 });
    expect(parse(full, { query: { limit: '5' } }).query).toEqual({ limit: 5 });
  });

  it.each([
    [{ limit: ['1', '2'] }, 'query/limit', 'must be given once'],
    [{ limit: '1\0' }, 'query/limit', 'must not contain NUL characters'],
    [{ 'odd/~name': '\udc00' }, 'query/odd~1~0name', 'must not contain half of a surrogate pair'],
    [{ other: '1' }, 'query/other', 'is not known here'],
  ])('is refused by the name of the parameter: %j', (query, pointer, message) => {
    expect(refusalOf(full, { query })).toMatchObject({ code: 'invalid_request', errors: [{ pointer, message }] });
  });
});

describe('the content type of a body', () => {
  const body = { name: 'a' };

  it.each([
    'application/json',
    'application/JSON',
    'application/json;charset=utf-8',
    'application/json; charset="UTF-8"',
    'application/json; charset=utf8',
    'application/json; profile=x; charset=utf-8',
    ' application/json ',
  ])('may be %j', (type) => {
    expect(parse(full, json(body, type)).body).toEqual(body);
  });

  it.each([
    '',
    'json',
    'text/plain',
    'application/jsonx',
    'application/json+x',
    'application/xml, application/json',
    'application/json; charset=utf-16',
    'application/json; charset=latin1',
    'application/cloudevents+json',
    'multipart/form-data; boundary=x',
  ])('may not be %j', (type) => {
    const refusal = refusalOf(full, json(body, type));
    expect(refusal.code).toBe('unsupported_media_type');
    expect(refusal.detail).toBe('The body must be application/json in UTF-8, not compressed.');
  });

  it('may not be missing where there is a body', () => {
    expect(refusalOf(full, { body: Buffer.from('{}') }).code).toBe('unsupported_media_type');
  });

  it('is one of those that the route names, where it names some', () => {
    expect(parse(events, json(body, 'application/cloudevents-batch+json; charset=utf-8')).body).toEqual(body);
    expect(refusalOf(events, json(body)).detail).toBe(
      'The body must be application/cloudevents+json or application/cloudevents-batch+json in UTF-8, not compressed.',
    );
  });

  it('is not asked for where any will do', () => {
    const any = { ...full, anyBodyType: true };
    for (const type of ['', 'text/plain', 'application/json; charset=utf-16']) {
      expect(parse(any, json(body, type)).body).toEqual(body);
    }
  });

  it.each(['gzip', 'br', 'deflate', 'identity, gzip'])('does not help a body in %s', (encoding) => {
    const sent = json(body, 'application/json', { 'content-encoding': encoding });
    expect(refusalOf(full, sent).code).toBe('unsupported_media_type');
  });

  it('may come with the word for no compression', () => {
    expect(parse(full, json(body, 'application/json', { 'content-encoding': 'Identity' })).body).toEqual(body);
  });
});

describe('a body', () => {
  it.each([undefined, null, '', Buffer.alloc(0)])('that is %j is an empty object, of any type', (nothing) => {
    expect(parse(full, { headers: { 'content-type': 'text/plain' }, body: nothing }).body).toEqual({});
  });

  it('that is refused says where', () => {
    const refusal = refusalOf(full, json({ name: 5, 'a/b': 1 }));
    expect(refusal.code).toBe('invalid_request');
    expect(refusal.errors?.map(({ pointer }) => pointer)).toEqual(['/name', '/a~1b']);
  });
});
