import { z } from 'zod';
import { route } from './route.js';
import * as value from './values.js';

/**
 * Validation. Its requests are read by hand-written code, since that is the hot path: any body gets past these schemas,
 * and 400 answers only one that cannot be read or has a member of the wrong type.
 */

const { $schema: _, ...documented } = z.toJSONSchema(
  z.object({
    licenseKey: z.string().meta({ description: 'A key of the license, or its signed token.' }),
    domain: z
      .string()
      .optional()
      .meta({ examples: ['app.example.com'] }),
    nonce: z
      .string()
      .max(512)
      .optional()
      .meta({ description: 'At least 16 random bytes of the client; echoed, signed.' }),
    product: z.string().optional().meta({ description: 'Id of the product the caller expects.' }),
    features: z.array(z.string()).optional().meta({ description: 'Features the caller demands.' }),
    receiptFormat: z.enum(['batch', 'jws']).optional(),
  }),
  { io: 'input' },
);
const validateRequest = z.unknown().meta({ ...documented, id: 'ValidateRequest' });

const usageOfMeter = z.object({ used: z.int(), remaining: z.int().nullable(), resetsAt: value.time });

export const verdict = z
  .object({
    valid: z.boolean(),
    code: z.string().meta({ examples: ['valid', 'domain_mismatch'] }),
    licenseId: z.string().optional(),
    domain: z.string().optional(),
    matchedDomain: z.string().optional(),
    assurance: z.enum(['declared', 'observed', 'proven']).optional(),
    environment: z.enum(['production', 'development']).optional(),
    plan: z.string().optional(),
    features: z.array(z.string()).optional(),
    limits: z.record(z.string(), z.int()).optional(),
    usage: z.record(z.string(), usageOfMeter).optional(),
    reasons: z.array(z.string()).optional().meta({ description: 'Why it is suspended; for secret keys only.' }),
    grace: z.boolean(),
    graceEndsAt: value.time.optional(),
    expiresAt: value.time.nullable().optional(),
    nonce: z.string(),
    checkedAt: value.time,
    warnings: z.array(z.string()),
    receipt: z.string(),
  })
  .meta({ id: 'Verdict', description: 'A verdict is an answer, whatever it is: the status is 200.' });

const check = z.object({
  check: z.string(),
  outcome: z.enum(['pass', 'fail', 'not_reached']),
  code: z.string().nullable(),
  subject: z.string().nullable().meta({ description: 'The feature or meter it fails for.' }),
  rule: z.string(),
  remedy: z.string().nullable(),
});

export const validationRoutes = {
  validateLicense: route({
    operationId: 'validateLicense',
    service: 'validation',
    method: 'POST',
    path: '/v1/licenses/validate',
    tag: 'Validation',
    summary: 'Validate a license for a domain',
    access: { kind: 'validation' },
    body: validateRequest,
    anyBodyType: true,
    answer: { status: 200, description: 'The verdict with its receipt.', schema: verdict },
    errors: ['malformed_request', 'rate_limited'],
  }),
  validateBatch: route({
    operationId: 'validateBatch',
    service: 'validation',
    method: 'POST',
    path: '/v1/licenses/validate/batch',
    tag: 'Validation',
    summary: 'Validate up to 100 licenses',
    access: { kind: 'validation' },
    body: z.object({ items: z.array(validateRequest).min(1).max(100) }),
    answer: {
      status: 200,
      description: 'The verdicts, in the order of the items.',
      schema: z.object({ results: z.array(verdict) }),
    },
    errors: ['malformed_request', 'rate_limited'],
  }),
  explainValidation: route({
    operationId: 'explainValidation',
    service: 'validation',
    method: 'POST',
    path: '/v1/licenses/explain',
    tag: 'Validation',
    summary: 'List every check of a validation, with rule and remedy; counts nothing',
    access: { kind: 'secret', scope: 'licenses:read' },
    body: validateRequest,
    answer: {
      status: 200,
      description: 'Every check, in order.',
      schema: z.object({ valid: z.boolean(), code: z.string(), checks: z.array(check) }),
    },
  }),
  getKeySet: route({
    operationId: 'getKeySet',
    service: 'validation',
    method: 'GET',
    path: '/.well-known/jwks.json',
    tag: 'Key sets',
    summary: 'The platform’s public keys',
    access: { kind: 'public' },
    answer: {
      status: 200,
      description: 'A JSON Web Key Set.',
      schema: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }),
      headers: { ETag: 'Changes with the set.', 'Cache-Control': 'How long it may be kept.' },
    },
  }),
  getTenantKeySet: route({
    operationId: 'getTenantKeySet',
    service: 'validation',
    method: 'GET',
    path: '/t/:tenantId/.well-known/jwks.json',
    tag: 'Key sets',
    summary: 'A tenant’s public keys, with the platform’s',
    access: { kind: 'public' },
    params: z.object({ tenantId: value.tenantId }),
    answer: {
      status: 200,
      description: 'A JSON Web Key Set.',
      schema: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }),
      headers: { ETag: 'Changes with the set.', 'Cache-Control': 'How long it may be kept.' },
    },
    errors: ['tenant.not_found'],
  }),
};
