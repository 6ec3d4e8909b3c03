import { ERRORS, type Access, type ErrorCode, type RouteDefinition } from '@leasehold/contracts';
import { type z } from 'zod';
import { type JsonSchema, SchemaCollector } from './open-api-schemas.js';

export interface OpenApiInfo {
  readonly title: string;
  readonly version: string;
  readonly description?: string;
}

/** An OpenAPI 3.1 document, as far as we read our own. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: OpenApiInfo;
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface OpenApiOptions {
  readonly routes: readonly RouteDefinition[];
  readonly info: OpenApiInfo;
  /** Base URLs. */
  readonly servers: readonly string[];
}

/** Describes routes as an OpenAPI 3.1 document. */
export const buildOpenApi = ({ routes, info, servers }: OpenApiOptions): OpenApiDocument => {
  const schemas = new SchemaCollector();
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:([A-Za-z0-9]+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, schemas) };
  }
  return {
    openapi: '3.1.0',
    info,
    servers: servers.map((url) => ({ url })),
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { ...schemas.components(), Problem: PROBLEM },
      responses: { Problem: PROBLEM_RESPONSE },
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key: lh_sk_…, lh_pk_… or lh_op_….' },
      },
    },
  };
};

const operationOf = (route: RouteDefinition, schemas: SchemaCollector): Record<string, unknown> => ({
  operationId: route.operationId,
  tags: [route.tag],
  summary: route.summary,
  description: [route.description, accessSentence(route.access)].filter((text) => text !== undefined).join('\n\n'),
  security: securityOf(route.access),
  parameters: parametersOf(route, schemas),
  ...(route.body === undefined ? {} : { requestBody: bodyOf(route, route.body, schemas) }),
  responses: { [String(route.answer.status)]: answerOf(route, schemas), ...problemsOf(route) },
});

const accessSentence = (access: Access): string => {
  switch (access.kind) {
    case 'public':
      return 'Takes no key.';
    case 'validation':
      return 'Takes a publishable key, a secret key, or none.';
    case 'operator':
      return 'Takes the operator key.';
    case 'secret':
      return `Takes a secret key with the scope \`${access.scope}\`.`;
  }
};

const securityOf = (access: Access): readonly Record<string, readonly string[]>[] => {
  switch (access.kind) {
    case 'public':
      return [];
    case 'validation':
      return [{ apiKey: [] }, {}];
    case 'operator':
      return [{ apiKey: [] }];
    case 'secret':
      return [{ apiKey: [access.scope] }];
  }
};

const parametersOf = (route: RouteDefinition, schemas: SchemaCollector): unknown[] => [
  ...membersOf(route.params, 'path', schemas),
  ...membersOf(route.query, 'query', schemas),
  ...(route.idempotent === true
    ? [header('Idempotency-Key', 'The same key and body get the first answer again, for 24 hours.', 255)]
    : []),
  ...(route.ifMatch === true ? [header('If-Match', 'The ETag the object must still have, e.g. "7".', 32)] : []),
];

const membersOf = (schema: z.ZodObject | undefined, place: 'path' | 'query', schemas: SchemaCollector): unknown[] => {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemas.schemaOf(schema, 'input');
  return Object.entries(properties as Record<string, JsonSchema>).map(([name, { description, ...member }]) => ({
    name,
    in: place,
    required: place === 'path' || (required as readonly string[]).includes(name),
    ...(description === undefined ? {} : { description }),
    schema: member,
  }));
};

const header = (name: string, description: string, maxLength: number) => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: { type: 'string', maxLength },
});

const bodyOf = (route: RouteDefinition, body: z.ZodType, schemas: SchemaCollector): unknown => {
  const schema = schemas.schemaOf(body, 'input');
  const types = route.bodyTypes ?? ['application/json'];
  return {
    required: !body.safeParse({}).success,
    content: Object.fromEntries(types.map((type) => [type, { schema }])),
  };
};

const answerOf = ({ answer }: RouteDefinition, schemas: SchemaCollector): unknown => ({
  description: answer.description,
  ...(answer.headers === undefined
    ? {}
    : {
        headers: Object.fromEntries(
          Object.entries(answer.headers).map(([name, description]) => [
            name,
            { description, schema: { type: 'string' } },
          ]),
        ),
      }),
  ...(answer.schema === undefined
    ? {}
    : { content: { 'application/json': { schema: schemas.schemaOf(answer.schema, 'output') } } }),
});

const problemsOf = (route: RouteDefinition): Record<string, unknown> => {
  const byStatus = Map.groupBy(codesOf(route), (code) => ERRORS[code].status);
  return {
    ...Object.fromEntries(
      [...byStatus]
        .sort(([one], [other]) => one - other)
        .map(([status, codes]) => [
          String(status),
          {
            description: codes.map((code) => `\`${code}\`: ${ERRORS[code].sentence}`).join('\n\n'),
            content: PROBLEM_RESPONSE.content,
          },
        ]),
    ),
    default: { $ref: '#/components/responses/Problem' },
  };
};

/** The codes of a route: its own, and those that what it takes can lead to. */
const codesOf = (route: RouteDefinition): ErrorCode[] => {
  const codes: ErrorCode[] = [...accessCodes(route.access)];
  if (route.body !== undefined) codes.push('malformed_request');
  // a body is looked at wherever one may be sent, also where none is asked for
  if (route.body !== undefined || route.method !== 'GET') codes.push('body_too_large');
  if ((route.body !== undefined || route.method !== 'GET') && route.anyBodyType !== true) {
    codes.push('unsupported_media_type');
  }
  // what the handler reads by itself it refuses by itself
  if ((route.body !== undefined && route.anyBodyType !== true) || route.query !== undefined)
    codes.push('invalid_request');
  if (route.idempotent === true) codes.push('invalid_header', 'idempotency_in_flight', 'idempotency_key_reused');
  if (route.ifMatch === true) codes.push('invalid_header');
  return [...new Set([...codes, ...(route.errors ?? [])])];
};

const accessCodes = (access: Access): readonly ErrorCode[] => {
  switch (access.kind) {
    case 'public':
      return [];
    case 'validation':
      return ['unauthenticated', 'invalid_api_key'];
    case 'operator':
      return ['unauthenticated', 'invalid_api_key', 'operator_key_required'];
    case 'secret':
      return ['unauthenticated', 'invalid_api_key', 'secret_key_required', 'insufficient_scope'];
  }
};

const PROBLEM: JsonSchema = {
  type: 'object',
  description: 'What went wrong (RFC 9457).',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId'],
  properties: {
    type: { type: 'string', format: 'uri-reference', description: 'The page about the code.' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string', description: 'Path of the request.' },
    code: { type: 'string', enum: Object.keys(ERRORS) },
    requestId: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'message'],
        properties: {
          pointer: { type: 'string', description: 'A JSON Pointer into the body, or query/<name> for a parameter.' },
          message: { type: 'string' },
        },
      },
    },
  },
};

const PROBLEM_RESPONSE = {
  description: 'An error.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};
