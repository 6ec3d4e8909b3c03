import { z } from 'zod';
import { SCOPES, type Scope } from '../scopes.js';
import { route } from './route.js';
import * as value from './values.js';

/** Tenants, API keys and signing keys. */

const scopes = z
  .array(z.enum(SCOPES as readonly [Scope, ...Scope[]]))
  .min(1)
  .transform((list) => [...new Set(list)]);
const rate = z.strictObject({
  perSecond: z.number().positive().max(1_000_000),
  burst: z.int().min(1).max(1_000_000),
});

const tenant = z.object({ id: value.tenantId, name: z.string(), createdAt: value.time }).meta({ id: 'Tenant' });

const apiKey = z
  .object({
    id: value.apiKeyId,
    name: z.string(),
    kind: z.enum(['secret', 'publishable']),
    scopes: z.array(z.string()),
    rate: z.object({ perSecond: z.number(), burst: z.int() }).nullable(),
    hint: z.string().meta({ description: 'The first and last characters of the key.' }),
    createdAt: value.time,
  })
  .meta({ id: 'ApiKey' });

const signingKeyStatus = z.enum(['pending', 'active', 'retiring', 'retired', 'compromised']);
const purpose = z.enum(['license', 'receipt']);
const signingKey = z
  .object({
    kid: z.string(),
    purpose,
    status: signingKeyStatus,
    createdAt: value.time,
    activatesAt: value.time.nullable(),
    retiresAt: value.time.nullable(),
  })
  .meta({ id: 'SigningKey' });

export type TenantBody = z.output<typeof tenant>;
export type ApiKeyBody = z.output<typeof apiKey>;
export type SigningKeyBody = z.output<typeof signingKey>;

export const keyRoutes = {
  createTenant: route({
    operationId: 'createTenant',
    service: 'issuance',
    method: 'POST',
    path: '/v1/tenants',
    tag: 'Tenants',
    summary: 'Create a tenant with its first keys',
    access: { kind: 'operator' },
    body: z.strictObject({ name: value.name }),
    idempotent: true,
    answer: {
      status: 201,
      description: 'The tenant, and its keys for the only time.',
      schema: z.object({ ...tenant.shape, secretKey: z.string(), publishableKey: z.string() }),
    },
  }),
  listTenants: route({
    operationId: 'listTenants',
    service: 'issuance',
    method: 'GET',
    path: '/v1/tenants',
    tag: 'Tenants',
    summary: 'List tenants, newest first',
    access: { kind: 'operator' },
    query: z.strictObject(value.page),
    answer: { status: 200, description: 'A page of tenants.', schema: value.listOf(tenant) },
    errors: ['invalid_cursor'],
  }),
  createApiKey: route({
    operationId: 'createApiKey',
    service: 'issuance',
    method: 'POST',
    path: '/v1/api-keys',
    tag: 'API keys',
    summary: 'Create an API key',
    description:
      'Without scopes a secret key gets all that the creating key has; a key cannot give what it lacks. A publishable key has no scopes: it asks for validations, and nothing else.',
    access: { kind: 'secret', scope: 'api-keys:write' },
    body: z
      .strictObject({
        name: value.name,
        kind: z.enum(['secret', 'publishable']),
        scopes: scopes.optional(),
        rate: rate.optional(),
      })
      .refine((asked) => asked.kind === 'secret' || asked.scopes === undefined, {
        path: ['scopes'],
        message: 'a publishable key has no scopes',
      }),
    idempotent: true,
    answer: {
      status: 201,
      description: 'The API key, its secret for the only time.',
      schema: z.object({ ...apiKey.shape, key: z.string() }),
    },
    errors: ['api_key.scope_not_held'],
  }),
  listApiKeys: route({
    operationId: 'listApiKeys',
    service: 'issuance',
    method: 'GET',
    path: '/v1/api-keys',
    tag: 'API keys',
    summary: 'List API keys, newest first',
    access: { kind: 'secret', scope: 'api-keys:read' },
    query: z.strictObject(value.page),
    answer: { status: 200, description: 'A page of API keys.', schema: value.listOf(apiKey) },
    errors: ['invalid_cursor'],
  }),
  deleteApiKey: route({
    operationId: 'deleteApiKey',
    service: 'issuance',
    method: 'DELETE',
    path: '/v1/api-keys/:apiKeyId',
    tag: 'API keys',
    summary: 'Delete an API key',
    access: { kind: 'secret', scope: 'api-keys:write' },
    params: z.object({ apiKeyId: value.apiKeyId }),
    idempotent: true,
    answer: { status: 204, description: 'The key is good for nothing from now on.' },
    errors: ['api_key.not_found'],
  }),
  rotateSigningKey: route({
    operationId: 'rotateSigningKey',
    service: 'issuance',
    method: 'POST',
    path: '/v1/signing-keys/rotate',
    tag: 'Signing keys',
    summary: 'Rotate a signing key',
    description:
      'Scheduled: published now, used after twice the cache time of the key sets. `now` is for a compromise. ' +
      'Receipt keys belong to the platform: once there are two tenants they take the operator key.',
    access: { kind: 'secret', scope: 'signing-keys:write' },
    body: z.strictObject({
      purpose: purpose.default('license'),
      activate: z.enum(['scheduled', 'now']).default('scheduled'),
    }),
    idempotent: true,
    answer: {
      status: 201,
      description: 'The new key.',
      schema: z.object({ kid: z.string(), purpose, status: z.enum(['pending', 'active']), activatesAt: value.time }),
    },
    errors: ['signing_key.rotation_pending', 'operator_key_required'],
  }),
  listSigningKeys: route({
    operationId: 'listSigningKeys',
    service: 'issuance',
    method: 'GET',
    path: '/v1/signing-keys',
    tag: 'Signing keys',
    summary: 'List signing keys, newest first',
    access: { kind: 'secret', scope: 'signing-keys:read' },
    query: z.strictObject(value.page),
    answer: { status: 200, description: 'A page of signing keys.', schema: value.listOf(signingKey) },
    errors: ['invalid_cursor'],
  }),
};
