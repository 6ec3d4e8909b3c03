import { isTimeZone } from '@leasehold/licensing';
import { z } from 'zod';
import { route } from './route.js';
import * as value from './values.js';

/** Products and plans: what is sold, and the template a license is issued from. */

const product = z
  .object({ id: value.productId, name: z.string(), createdAt: value.time })
  .meta({ id: 'Product', title: 'Product' });

const timezone = z.string().refine(isTimeZone, { message: 'must be an IANA time zone' });

const days = z.int().min(0).max(36_500);
const enforcement = z
  .record(value.meterName, z.enum(['hard', 'soft']))
  .refine((rules) => Object.keys(rules).length <= 50, { message: 'must have at most 50 meters' });
const period = z.strictObject({ unit: z.enum(['month', 'day']), timezone: timezone.default('UTC') });
const domainPolicy = z.strictObject({
  max: z.int().min(0).max(100).default(1),
  kinds: z
    .array(z.enum(['exact', 'wildcard', 'subtree']))
    .min(1)
    .default(['exact'])
    .transform((kinds) => [...new Set(kinds)]),
  development: z.boolean().default(true),
  lateBinding: z.boolean().default(false),
  moveCooldownHours: z.int().min(0).max(8_760).default(24),
  movesPerYear: z.int().min(0).max(10_000).default(12),
});

const planBody = z.strictObject({
  productId: value.productId,
  name: value.name,
  features: value.features.default([]),
  limits: value.limits.default({}),
  enforcement: enforcement.default({ apiCalls: 'hard' }),
  period: period.default({ unit: 'month', timezone: 'UTC' }),
  durationDays: days.min(1).optional(),
  trialDays: days.min(1).optional(),
  trialGraceDays: days.default(0),
  graceDays: days.default(7),
  domains: domainPolicy.prefault({}),
});

const plan = z
  .object({
    id: value.planId,
    productId: value.productId,
    name: z.string(),
    features: z.array(z.string()),
    limits: z.record(z.string(), z.int()),
    enforcement,
    period: z.object({ unit: z.enum(['month', 'day']), timezone: z.string() }),
    durationDays: z.int().nullable(),
    trialDays: z.int().nullable(),
    trialGraceDays: z.int(),
    graceDays: z.int(),
    domains: z.object({
      max: z.int(),
      kinds: z.array(z.enum(['exact', 'wildcard', 'subtree'])),
      development: z.boolean(),
      lateBinding: z.boolean(),
      moveCooldownHours: z.int(),
      movesPerYear: z.int(),
    }),
    createdAt: value.time,
  })
  .meta({ id: 'Plan', title: 'Plan' });

export type ProductBody = z.output<typeof product>;
export type PlanBody = z.output<typeof plan>;

export const catalogRoutes = {
  createProduct: route({
    operationId: 'createProduct',
    service: 'issuance',
    method: 'POST',
    path: '/v1/products',
    tag: 'Products',
    summary: 'Create a product',
    access: { kind: 'secret', scope: 'products:write' },
    body: z.strictObject({ name: value.name }),
    idempotent: true,
    answer: { status: 201, description: 'The product.', schema: product },
  }),
  listProducts: route({
    operationId: 'listProducts',
    service: 'issuance',
    method: 'GET',
    path: '/v1/products',
    tag: 'Products',
    summary: 'List products, newest first',
    access: { kind: 'secret', scope: 'products:read' },
    query: z.strictObject(value.page),
    answer: { status: 200, description: 'A page of products.', schema: value.listOf(product) },
    errors: ['invalid_cursor'],
  }),
  createPlan: route({
    operationId: 'createPlan',
    service: 'issuance',
    method: 'POST',
    path: '/v1/plans',
    tag: 'Plans',
    summary: 'Create a plan',
    description: 'A plan is a template: changing plans later never changes licenses that were issued from it.',
    access: { kind: 'secret', scope: 'plans:write' },
    body: planBody,
    idempotent: true,
    answer: { status: 201, description: 'The plan.', schema: plan },
    errors: ['product.not_found'],
  }),
  listPlans: route({
    operationId: 'listPlans',
    service: 'issuance',
    method: 'GET',
    path: '/v1/plans',
    tag: 'Plans',
    summary: 'List plans, newest first',
    access: { kind: 'secret', scope: 'plans:read' },
    query: z.strictObject({ ...value.page, productId: value.productId.optional() }),
    answer: { status: 200, description: 'A page of plans.', schema: value.listOf(plan) },
    errors: ['invalid_cursor', 'product.not_found'],
  }),
};
