import { z } from 'zod';
import { route } from './route.js';
import * as value from './values.js';

/** Usage: what a license has used, and events that count. */

/** A CloudEvent that counts: `type` is the meter, `subject` the license. */
export const usageEvent = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1).max(200),
  source: z.string().min(1).max(500),
  type: value.meterName,
  subject: value.licenseId,
  time: value.instant.optional(),
  data: z.object({ quantity: z.int().min(0).max(1_000_000_000) }),
});
export type UsageEvent = z.output<typeof usageEvent>;

/** Why an event that was posted cannot be counted. */
export const usageInvalidCodes = [
  'invalid_event',
  'reserved_meter',
  'unknown_meter',
  'unknown_license',
  'too_late',
  'in_the_future',
] as const;
export type UsageInvalidCode = (typeof usageInvalidCodes)[number];

const usageResult = z.object({
  id: z.string(),
  status: z.enum(['accepted', 'duplicate', 'conflict', 'invalid']),
  code: z.enum(usageInvalidCodes).optional(),
});
export type UsageResult = z.output<typeof usageResult>;

export const usageWindows = ['15m', 'hour', 'day', 'total'] as const;

const usageBody = z
  .object({
    licenseId: value.licenseId,
    meter: z.string(),
    from: value.time,
    to: value.time,
    total: z.int(),
    limit: z.int().nullable(),
    remaining: z.int().nullable(),
    resetsAt: value.time,
    buckets: z.array(z.object({ start: value.time, quantity: z.int() })),
  })
  .meta({ id: 'Usage' });
export type UsageBody = z.output<typeof usageBody>;

export const usageRoutes = {
  recordUsage: route({
    operationId: 'recordUsage',
    service: 'metering',
    method: 'POST',
    path: '/v1/usage',
    tag: 'Usage',
    summary: 'Record usage by CloudEvents, one or up to 1,000',
    description:
      'Each event has a result of its own. The same source and id counts once; with other content it is a conflict, and the first stays. Events up to 35 days old count when they happened. Under the same Idempotency-Key the whole answer is given again, so an event that was refused and is to be judged anew is sent under another key.',
    access: { kind: 'secret', scope: 'usage:write' },
    idempotent: true,
    // each event is judged by itself, so that a bad one does not refuse its neighbors
    body: z.union([z.array(z.unknown()).min(1).max(1_000), z.record(z.string(), z.unknown())]),
    bodyTypes: ['application/cloudevents+json', 'application/cloudevents-batch+json', 'application/json'],
    answer: {
      status: 202,
      description: 'What became of each event, in order.',
      schema: z.object({ results: z.array(usageResult) }),
    },
  }),
  getUsage: route({
    operationId: 'getUsage',
    service: 'metering',
    method: 'GET',
    path: '/v1/usage',
    tag: 'Usage',
    summary: 'Read the usage of a license',
    description:
      'Without from and to: the period of the license that is under way, to which limit, remaining and resetsAt belong. Usage is kept by quarter hours of UTC; bounds within one are moved outwards. Buckets without usage are left out. Of validations the granted ones count as apiCalls, in production and in development alike.',
    access: { kind: 'secret', scope: 'usage:read' },
    query: z.strictObject({
      licenseId: value.licenseId,
      meter: value.meterName.default('apiCalls'),
      from: value.instant.optional(),
      to: value.instant.optional(),
      window: z.enum(usageWindows).default('15m'),
      timezone: z.string().max(64).default('UTC'),
    }),
    answer: {
      status: 200,
      description: 'Total and buckets.',
      schema: usageBody,
    },
    errors: ['license.not_found', 'usage.meter_not_found'],
  }),
};
