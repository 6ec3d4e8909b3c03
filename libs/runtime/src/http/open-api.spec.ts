import { describe, expect, it } from '@jest/globals';
import { ROUTES, route, SERVICES } from '@leasehold/contracts';
import { Validator } from '@seriousme/openapi-schema-validator';
import { z } from 'zod';
import { mergeOpenApi } from './merge-open-api.js';
import { buildOpenApi, type OpenApiDocument } from './open-api.js';

const info = { title: 'Leasehold', version: '0.1.0' };
const servers = ['https://leasehold.test'];
const whole = buildOpenApi({ routes: ROUTES, info, servers });

interface Operation {
  readonly operationId: string;
  readonly security: unknown;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly requestBody?: { readonly required: boolean; readonly content: Record<string, { schema: unknown }> };
  readonly responses: Record<string, { readonly description?: string; readonly content?: Record<string, unknown> }>;
}
const operation = (document: OpenApiDocument, path: string, method: string): Operation =>
  document.paths[path]?.[method] as Operation;

const references = (value: unknown): string[] =>
  [...JSON.stringify(value).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? '');

const base = { service: 'issuance', tag: 'T', summary: 'S', access: { kind: 'public' } } as const;
const answered = (schema: z.ZodType) => ({ status: 200, description: 'D', schema });

describe('the description of the API', () => {
  it('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate(JSON.parse(JSON.stringify(whole)) as Record<string, unknown>);
    expect(result).toEqual({ valid: true });
  });

  it('has every route, each with an operation of its own', () => {
    const ids = Object.values(whole.paths).flatMap((methods) =>
      Object.values(methods).map((one) => (one as Operation).operationId),
    );
    expect([...ids].sort()).toEqual(ROUTES.map(({ operationId }) => operationId).sort());
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('refers only to what it has', () => {
    for (const reference of references(whole)) {
      const [, , group = '', name = ''] = reference.split('/');
      expect(whole.components[group]).toHaveProperty([name]);
    }
  });

  it('says who may call and which scope that takes', () => {
    expect(operation(whole, '/v1/licenses', 'post').security).toEqual([{ apiKey: ['licenses:write'] }]);
    expect(operation(whole, '/v1/licenses/validate', 'post').security).toEqual([{ apiKey: [] }, {}]);
    expect(operation(whole, '/.well-known/jwks.json', 'get').security).toEqual([]);
  });

  it('has the headers that a command takes and the parameters of its path', () => {
    const { parameters } = operation(whole, '/v1/licenses/{licenseId}/suspend', 'post');
    expect(parameters.map((parameter) => [parameter.in, parameter.name, parameter.required])).toEqual([
      ['path', 'licenseId', true],
      ['header', 'Idempotency-Key', false],
      ['header', 'If-Match', false],
    ]);
  });

  it('names the codes of every status', () => {
    const { responses } = operation(whole, '/v1/licenses/{licenseId}', 'get');
    expect(responses['404']?.description).toContain('`license.not_found`: There is no such license.');
    expect(responses['403']?.description).toMatch(/secret_key_required[^]*insufficient_scope/);
    expect(responses['404']?.content).toHaveProperty(['application/problem+json']);
  });

  it('says that a body can be too large or of a wrong type also where none is asked for', () => {
    const { responses } = operation(whole, '/v1/anomalies/{anomalyId}/mute', 'post');
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(['413', '415']));
    expect(operation(whole, '/v1/licenses/{licenseId}', 'get').responses).not.toHaveProperty('413');
  });

  it('names for a validation only what one is ever answered with', () => {
    const { responses } = operation(whole, '/v1/licenses/validate', 'post');
    expect(Object.keys(responses)).toEqual(['200', '400', '401', '413', '429', 'default']);
    const explained = operation(whole, '/v1/licenses/explain', 'post').responses;
    expect(Object.keys(explained)).toEqual(['200', '400', '401', '403', '413', '415', '422', 'default']);
  });

  it('asks for a body only where something in it is required', () => {
    expect(operation(whole, '/v1/licenses', 'post').requestBody?.required).toBe(true);
    expect(operation(whole, '/v1/licenses/{licenseId}/cancel', 'post').requestBody?.required).toBe(false);
  });

  it('lists the content types of a body', () => {
    const types = Object.keys(operation(whole, '/v1/usage', 'post').requestBody?.content ?? {});
    expect(types).toContain('application/cloudevents+json');
  });

  it('shares what has a name, and lets answers grow', () => {
    expect(whole.components['schemas']).toHaveProperty('License.properties.id');
    expect(whole.components['schemas']).not.toHaveProperty('License.additionalProperties');
    expect(operation(whole, '/v1/licenses/{licenseId}', 'get').responses['200']?.content).toEqual({
      'application/json': { schema: { $ref: '#/components/schemas/License' } },
    });
  });

  it('keeps apart what is sent and what is answered under one name, where they differ', () => {
    const thing = z.object({ count: z.int().default(1) }).meta({ id: 'Thing' });
    const document = buildOpenApi({
      routes: [
        route({ ...base, operationId: 'get', method: 'GET', path: '/v1/things', answer: answered(thing) }),
        route({
          ...base,
          operationId: 'post',
          method: 'POST',
          path: '/v1/things',
          body: thing,
          answer: answered(thing),
        }),
      ],
      info,
      servers,
    });
    expect(document.components['schemas']).toMatchObject({ Thing: { required: ['count'] }, ThingInput: {} });
    expect(references(operation(document, '/v1/things', 'post').requestBody)).toEqual([
      '#/components/schemas/ThingInput',
    ]);
  });
});

describe('merging', () => {
  it('the descriptions of the services gives that of the whole', () => {
    const parts = SERVICES.map((service) =>
      buildOpenApi({ routes: ROUTES.filter((one) => one.service === service), info, servers }),
    );
    const merged = mergeOpenApi(parts, info, servers);
    expect(Object.keys(merged.paths).sort()).toEqual(Object.keys(whole.paths).sort());
    expect(merged.components).toEqual(whole.components);
    expect(merged.paths).toEqual(whole.paths);
  });

  it('two things of one name that differ is a broken contract', () => {
    const withThing = (schema: z.ZodType) =>
      buildOpenApi({
        routes: [route({ ...base, operationId: 'o', method: 'GET', path: '/v1/x', answer: answered(schema) })],
        info,
        servers,
      });
    const [one, other] = [z.object({ a: z.string() }), z.object({ b: z.string() })];
    expect(() => mergeOpenApi([withThing(one), withThing(one)], info, servers)).not.toThrow();
    expect(() => mergeOpenApi([withThing(one), withThing(other)], info, servers)).toThrow('differ in /v1/x get');
  });
});
