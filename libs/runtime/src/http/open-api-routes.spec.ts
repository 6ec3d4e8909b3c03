import { describe, expect, it } from '@jest/globals';
import { type Access, ERRORS, type ErrorCode, type RouteDefinition } from '@leasehold/contracts';
import { z } from 'zod';
import { mergeOpenApi } from './merge-open-api.js';
import { buildOpenApi } from './open-api.js';

const info = { title: 'Boxes', version: '1' };
const bare: RouteDefinition = {
  operationId: 'getBox',
  service: 'issuance',
  method: 'GET',
  path: '/v1/boxes/:boxId/lids/:lidId',
  tag: 'Boxes',
  summary: 'Read a lid',
  access: { kind: 'public' },
  answer: { status: 204, description: 'Nothing.' },
};

interface Operation {
  readonly description: string;
  readonly security: unknown;
  readonly parameters: readonly Record<string, unknown>[];
  readonly requestBody?: { readonly required: boolean; readonly content: Record<string, unknown> };
  readonly responses: Record<string, Record<string, unknown>>;
}
const describeOne = (change: Partial<RouteDefinition>): Operation => {
  const { paths } = buildOpenApi({ routes: [{ ...bare, ...change }], info, servers: [] });
  const [methods] = Object.values(paths);
  const [operation] = Object.values(methods ?? {});
  return operation as Operation;
};
/** The codes that an operation names, by status. */
const codesOf = (change: Partial<RouteDefinition>): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(describeOne(change).responses)
      .filter(([status]) => Number(status) >= 400)
      .map(([status, { description }]) => [
        status,
        [...String(description).matchAll(/`([^`]+)`:/g)].map(([, code]) => code ?? ''),
      ]),
  );

describe('the document', () => {
  it('has its servers, its tags once each, and one path for all methods of an address', () => {
    const routes: RouteDefinition[] = [
      bare,
      { ...bare, operationId: 'b', method: 'DELETE' },
      { ...bare, path: '/v1/x', tag: 'X' },
    ];
    const document = buildOpenApi({ routes, info, servers: ['https://a.test', 'https://b.test'] });
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info,
      servers: [{ url: 'https://a.test' }, { url: 'https://b.test' }],
      tags: [{ name: 'Boxes' }, { name: 'X' }],
    });
    expect(Object.entries(document.paths).map(([path, methods]) => [path, Object.keys(methods)])).toEqual([
      ['/v1/boxes/{boxId}/lids/{lidId}', ['get', 'delete']],
      ['/v1/x', ['get']],
    ]);
  });

  it('lists every code of the registry in the schema of problems', () => {
    const { components } = buildOpenApi({ routes: [], info, servers: [] });
    expect(components['schemas']).toHaveProperty(['Problem', 'properties', 'code', 'enum'], Object.keys(ERRORS));
    expect(components['securitySchemes']).toMatchObject({ apiKey: { type: 'http', scheme: 'bearer' } });
  });
});

describe('the access of a route', () => {
  it.each<[Access, string, unknown, Record<string, ErrorCode[]>]>([
    [{ kind: 'public' }, 'Takes no key.', [], {}],
    [
      { kind: 'validation' },
      'Takes a publishable key, a secret key, or none.',
      [{ apiKey: [] }, {}],
      { 401: ['unauthenticated', 'invalid_api_key'] },
    ],
    [
      { kind: 'operator' },
      'Takes the operator key.',
      [{ apiKey: [] }],
      { 401: ['unauthenticated', 'invalid_api_key'], 403: ['operator_key_required'] },
    ],
    [
      { kind: 'secret', scope: 'plans:read' },
      'Takes a secret key with the scope `plans:read`.',
      [{ apiKey: ['plans:read'] }],
      { 401: ['unauthenticated', 'invalid_api_key'], 403: ['secret_key_required', 'insufficient_scope'] },
    ],
  ])('of kind %j is told in words, as a scheme, and by the codes of its refusals', (access, words, security, codes) => {
    expect(describeOne({ access })).toMatchObject({ description: words, security });
    expect(codesOf({ access })).toEqual(codes);
    expect(describeOne({ access, description: 'More.' }).description).toBe(`More.\n\n${words}`);
  });
});

describe('the parameters of a route', () => {
  it('are those of the path, of the query, and the headers that it takes', () => {
    const { parameters } = describeOne({
      params: z.object({ boxId: z.string().meta({ description: 'Which box.' }), lidId: z.string() }),
      query: z.strictObject({
        limit: z.int().max(100).default(20).meta({ description: 'How many.' }),
        name: z.string(),
      }),
      idempotent: true,
      ifMatch: true,
    });
    expect(parameters).toEqual([
      { name: 'boxId', in: 'path', required: true, description: 'Which box.', schema: { type: 'string' } },
      { name: 'lidId', in: 'path', required: true, schema: { type: 'string' } },
      {
        name: 'limit',
        in: 'query',
        required: false,
        description: 'How many.',
        schema: expect.objectContaining({ type: 'integer', default: 20, maximum: 100 }),
      },
      { name: 'name', in: 'query', required: true, schema: { type: 'string' } },
      expect.objectContaining({
        name: 'Idempotency-Key',
        in: 'header',
        required: false,
        schema: { type: 'string', maxLength: 255 },
      }),
      expect.objectContaining({
        name: 'If-Match',
        in: 'header',
        required: false,
        schema: { type: 'string', maxLength: 32 },
      }),
    ]);
  });

  it('are none where it takes none', () => {
    expect(describeOne({}).parameters).toEqual([]);
  });
});

describe('the body of a route', () => {
  const optional = z.strictObject({ note: z.string().optional() });

  it('may be left out only where nothing in it is required', () => {
    expect(describeOne({ body: optional }).requestBody?.required).toBe(false);
    expect(describeOne({ body: z.strictObject({ name: z.string() }) }).requestBody?.required).toBe(true);
    expect(describeOne({})).not.toHaveProperty('requestBody');
  });

  it('refuses members that it does not know, and has the types that the route names', () => {
    const { requestBody } = describeOne({ body: optional, bodyTypes: ['application/a+json', 'application/b+json'] });
    expect(requestBody?.content).toEqual({
      'application/a+json': { schema: expect.objectContaining({ additionalProperties: false }) },
      'application/b+json': { schema: expect.objectContaining({ additionalProperties: false }) },
    });
  });

  it('shows times and addresses by their format, without a pattern', () => {
    const body = z.object({ at: z.iso.datetime(), mail: z.email(), id: z.string().regex(/^x/) });
    expect(JSON.stringify(describeOne({ body }).requestBody?.content)).toMatch(
      /"at":\{"type":"string","format":"date-time"\},"mail":\{"type":"string","format":"email"\},"id":\{"type":"string","pattern":"\^x"\}/,
    );
  });
});

describe('the answers of a route', () => {
  it('have no content where there is no schema', () => {
    expect(describeOne({}).responses['204']).toEqual({ description: 'Nothing.' });
  });

  it('have the headers that carry meaning, and lets objects grow', () => {
    const answer = {
      status: 201,
      description: 'Made.',
      headers: { ETag: 'Its version.' },
      schema: z.strictObject({ id: z.string(), inner: z.strictObject({}) }),
    };
    const made = describeOne({ answer }).responses['201'];
    expect(made).toMatchObject({
      description: 'Made.',
      headers: { ETag: { description: 'Its version.', schema: { type: 'string' } } },
      content: { 'application/json': { schema: { required: ['id', 'inner'] } } },
    });
    expect(JSON.stringify(made)).not.toContain('additionalProperties');
  });

  it.each<[string, Partial<RouteDefinition>, Record<string, ErrorCode[]>]>([
    ['nothing', {}, {}],
    ['a query', { query: z.object({}) }, { 422: ['invalid_request'] }],
    [
      'a body',
      { body: z.object({}) },
      {
        400: ['malformed_request'],
        413: ['body_too_large'],
        415: ['unsupported_media_type'],
        422: ['invalid_request'],
      },
    ],
    [
      'a body that its handler reads by itself',
      { body: z.unknown(), anyBodyType: true },
      { 400: ['malformed_request'], 413: ['body_too_large'] },
    ],
    [
      'an Idempotency-Key',
      { idempotent: true },
      { 400: ['invalid_header'], 409: ['idempotency_in_flight'], 422: ['idempotency_key_reused'] },
    ],
    ['If-Match', { ifMatch: true }, { 400: ['invalid_header'] }],
    [
      'codes of its own',
      { ifMatch: true, errors: ['license.not_found', 'invalid_header', 'not_found'] },
      { 400: ['invalid_header'], 404: ['license.not_found', 'not_found'] },
    ],
  ])('name the codes that %s can lead to, each once, by status', (_what, change, codes) => {
    expect(codesOf(change)).toEqual(codes);
    expect(describeOne(change).responses['default']).toEqual({ $ref: '#/components/responses/Problem' });
  });

  it('are sorted by status, with the sentence of each code', () => {
    const { responses } = describeOne({ errors: ['license.not_found', 'rate_limited', 'malformed_request'] });
    expect(Object.keys(responses)).toEqual(['204', '400', '404', '429', 'default']);
    expect(responses['404']).toEqual({
      description: `\`license.not_found\`: ${ERRORS['license.not_found'].sentence}`,
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    });
  });
});

describe('schemas with a name', () => {
  const point = z.object({ x: z.int() }).meta({ id: 'Point' });

  it('stand once in the document, wherever they are used', () => {
    const line = z.object({ from: point, to: point }).meta({ id: 'Line' });
    const routes = [line, point].map((schema, at): RouteDefinition => ({
      ...bare,
      path: `/v1/${at}`,
      answer: { status: 200, description: 'D', schema },
    }));
    const document = buildOpenApi({ routes, info, servers: [] });
    expect(Object.keys(document.components['schemas'] ?? {})).toEqual(['Line', 'Point', 'Problem']);
    expect(JSON.stringify(document)).not.toContain('$defs');
    expect(document.components['schemas']).toMatchObject({
      Line: {
        properties: { from: { $ref: '#/components/schemas/Point' }, to: { $ref: '#/components/schemas/Point' } },
      },
    });
  });
});

describe('merged documents', () => {
  const of = (change: Partial<RouteDefinition>) =>
    buildOpenApi({ routes: [{ ...bare, ...change }], info, servers: ['https://part.test'] });

  it('have the servers of the whole, tags once, and methods of one address together', () => {
    const merged = mergeOpenApi(
      [of({}), of({ method: 'DELETE', operationId: 'b' }), of({ path: '/v1/x', tag: 'X' })],
      info,
      ['https://whole.test'],
    );
    expect(merged.servers).toEqual([{ url: 'https://whole.test' }]);
    expect(merged.tags).toEqual([{ name: 'Boxes' }, { name: 'X' }]);
    expect(Object.keys(merged.paths['/v1/boxes/{boxId}/lids/{lidId}'] ?? {})).toEqual(['get', 'delete']);
  });

  it('of nothing are an empty document', () => {
    expect(mergeOpenApi([], info, [])).toEqual({
      openapi: '3.1.0',
      info,
      servers: [],
      tags: [],
      paths: {},
      components: {},
    });
  });

  it('may not differ in an operation or in a schema', () => {
    expect(() => mergeOpenApi([of({}), of({ summary: 'Other' })], info, [])).toThrow(
      'differ in /v1/boxes/{boxId}/lids/{lidId} get',
    );
    const named = (shape: z.ZodRawShape, path: `/${string}`) =>
      of({ path, answer: { status: 200, description: 'D', schema: z.object(shape).meta({ id: 'Same' }) } });
    expect(() => mergeOpenApi([named({ a: z.int() }, '/a'), named({ b: z.int() }, '/b')], info, [])).toThrow(
      'differ in schemas Same',
    );
  });
});
