import { route, type RouteDefinition } from '@leasehold/contracts';
import { z } from 'zod';

/** Routes of each kind, for a small service that tries the request pipeline. */

const write = { kind: 'secret', scope: 'licenses:write' } as const;
const read = { kind: 'secret', scope: 'licenses:read' } as const;
const base = { service: 'issuance', tag: 'Boxes' } as const;
const params = z.object({ boxId: z.string().regex(/^box_[a-z0-9]{4}$/) });
const box = z.object({ id: z.string(), name: z.string(), made: z.int() }).meta({ id: 'Box' });

export const boxRoutes = {
  create: route({
    ...base,
    operationId: 'createBox',
    method: 'POST',
    path: '/v1/boxes',
    summary: 'Make a box',
    access: write,
    idempotent: true,
    body: z.strictObject({
      name: z.string().min(1).max(50),
      size: z.number().max(1_000).optional(),
      tags: z.array(z.union([z.string(), z.strictObject({ tag: z.string() })])).optional(),
      inner: z.strictObject({ deep: z.string().optional() }).optional(),
      metadata: z.record(z.string(), z.string()).optional(),
    }),
    answer: { status: 201, description: 'The box.', schema: box, headers: { ETag: 'Its version.' } },
  }),
  list: route({
    ...base,
    operationId: 'listBoxes',
    method: 'GET',
    path: '/v1/boxes',
    summary: 'List boxes',
    access: read,
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(100).default(20).meta({ description: 'How many.' }),
      name: z.string().min(1).optional(),
    }),
    answer: { status: 200, description: 'Boxes.', schema: z.object({ data: z.array(box) }) },
  }),
  get: route({
    ...base,
    operationId: 'getBox',
    method: 'GET',
    path: '/v1/boxes/:boxId',
    summary: 'Read a box',
    access: read,
    params,
    answer: { status: 200, description: 'The box.', schema: box },
    errors: ['license.not_found'],
  }),
  change: route({
    ...base,
    operationId: 'changeBox',
    method: 'POST',
    path: '/v1/boxes/:boxId/change',
    summary: 'Change a box',
    access: write,
    params,
    body: z.strictObject({ note: z.string().optional() }),
    idempotent: true,
    ifMatch: true,
    answer: { status: 200, description: 'The box.', schema: box },
    errors: ['license.not_found', 'license.version_conflict'],
  }),
  remove: route({
    ...base,
    operationId: 'removeBox',
    method: 'DELETE',
    path: '/v1/boxes/:boxId',
    summary: 'Remove a box',
    access: write,
    params,
    idempotent: true,
    answer: { status: 204, description: 'Gone.' },
  }),
  operate: route({
    ...base,
    operationId: 'operate',
    method: 'GET',
    path: '/v1/operations',
    summary: 'For the operator',
    access: { kind: 'operator' },
    answer: { status: 200, description: 'Who calls.', schema: z.object({ kind: z.string() }) },
  }),
  rotate: route({
    ...base,
    operationId: 'rotate',
    method: 'GET',
    path: '/v1/rotations',
    summary: 'For a tenant, or the operator when it decides so',
    access: read,
    answer: { status: 200, description: 'Who calls.' },
    errors: ['operator_key_required'],
  }),
  check: route({
    ...base,
    operationId: 'check',
    method: 'GET',
    path: '/v1/checks',
    summary: 'For anybody',
    access: { kind: 'validation' },
    answer: { status: 200, description: 'Who calls.' },
  }),
  fail: route({
    ...base,
    operationId: 'fail',
    method: 'POST',
    path: '/v1/failures',
    summary: 'Fails as told',
    access: { kind: 'public' },
    body: z.strictObject({ as: z.string() }),
    answer: { status: 200, description: 'Never.' },
  }),
  hot: route({
    ...base,
    operationId: 'hot',
    method: 'GET',
    path: '/v1/hot',
    summary: 'Served beside the pipeline',
    access: { kind: 'public' },
    answer: { status: 200, description: 'Hot.' },
  }),
} satisfies Record<string, RouteDefinition>;
