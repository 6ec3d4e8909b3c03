import { z } from 'zod';
import { route } from './route.js';
import * as value from './values.js';

/** Webhook endpoints and their deliveries. */

/** Every type that an endpoint can receive. */
export const WEBHOOK_EVENT_TYPES = [
  'license.issued',
  'license.renewed',
  'license.updated',
  'license.suspended',
  'license.reinstated',
  'license.cancelled',
  'license.revoked',
  'license.expiring',
  'license.expired',
  'license.grace_ended',
  'license.domain_bound',
  'license.domain_released',
  'license.domain_moved',
  'license.key_rotated',
  'license.usage_threshold',
  'license.usage_exceeded',
  'license.suspicious_activity',
  'webhook.endpoint_disabled',
  'webhook.test',
] as const;
export type WebhookEventType = (typeof WEBHOOK_EVENT_TYPES)[number];

const isPattern = (pattern: string): boolean =>
  pattern === '*' ||
  (WEBHOOK_EVENT_TYPES as readonly string[]).includes(pattern) ||
  (pattern.endsWith('.*') && WEBHOOK_EVENT_TYPES.some((type) => type.startsWith(pattern.slice(0, -1))));

const eventTypes = z
  .array(z.string().refine(isPattern, { message: 'must be an event type, a group such as license.*, or *' }))
  .min(1)
  .max(50)
  .transform((list) => [...new Set(list)]);

const url = z.string().max(2_048);

const endpoint = z
  .object({
    id: value.endpointId,
    url: z.string(),
    eventTypes: z.array(z.string()),
    status: z.enum(['enabled', 'paused', 'disabled']),
    disabledReason: z.string().optional(),
    createdAt: value.time,
    updatedAt: value.time,
  })
  .meta({ id: 'WebhookEndpoint' });
export type WebhookEndpointBody = z.output<typeof endpoint>;

export const deliveryStatuses = ['pending', 'succeeded', 'failed', 'paused'] as const;
const delivery = z
  .object({
    id: value.deliveryId,
    eventId: z.string(),
    eventType: z.string(),
    endpointId: value.endpointId,
    status: z.enum(deliveryStatuses),
    attempts: z.array(
      z.object({
        at: value.time,
        statusCode: z.int().optional(),
        error: z.string().optional(),
        durationMs: z.int(),
      }),
    ),
    nextAttemptAt: value.time.nullable(),
    createdAt: value.time,
  })
  .meta({ id: 'WebhookDelivery' });
export type WebhookDeliveryBody = z.output<typeof delivery>;

const read = { kind: 'secret', scope: 'webhooks:read' } as const;
const write = { kind: 'secret', scope: 'webhooks:write' } as const;
const params = z.object({ endpointId: value.endpointId });
const theEndpoint = { status: 200, description: 'The endpoint.', schema: endpoint } as const;

export const webhookRoutes = {
  createEndpoint: route({
    operationId: 'createWebhookEndpoint',
    service: 'webhooks',
    method: 'POST',
    path: '/v1/webhook-endpoints',
    tag: 'Webhooks',
    summary: 'Create a webhook endpoint',
    access: write,
    body: z.strictObject({
      url,
      eventTypes: eventTypes.default(['*']),
      // the symmetric signature is the one there is so far
      signature: z.literal('v1').default('v1'),
    }),
    idempotent: true,
    answer: {
      status: 201,
      description: 'The endpoint, its secret for the only time.',
      schema: z.object({ ...endpoint.shape, secret: z.string() }),
    },
    errors: ['webhook_endpoint.url_refused'],
  }),
  listEndpoints: route({
    operationId: 'listWebhookEndpoints',
    service: 'webhooks',
    method: 'GET',
    path: '/v1/webhook-endpoints',
    tag: 'Webhooks',
    summary: 'List webhook endpoints, newest first',
    access: read,
    query: z.strictObject(value.page),
    answer: { status: 200, description: 'A page of endpoints.', schema: value.listOf(endpoint) },
    errors: ['invalid_cursor'],
  }),
  getEndpoint: route({
    operationId: 'getWebhookEndpoint',
    service: 'webhooks',
    method: 'GET',
    path: '/v1/webhook-endpoints/:endpointId',
    tag: 'Webhooks',
    summary: 'Read a webhook endpoint',
    access: read,
    params,
    answer: theEndpoint,
    errors: ['webhook_endpoint.not_found'],
  }),
  updateEndpoint: route({
    operationId: 'updateWebhookEndpoint',
    service: 'webhooks',
    method: 'PATCH',
    path: '/v1/webhook-endpoints/:endpointId',
    tag: 'Webhooks',
    summary: 'Change a webhook endpoint, or pause it',
    access: write,
    params,
    body: z.strictObject({
      url: url.optional(),
      eventTypes: eventTypes.optional(),
      status: z.enum(['enabled', 'paused']).optional(),
    }),
    idempotent: true,
    answer: theEndpoint,
    errors: ['webhook_endpoint.not_found', 'webhook_endpoint.url_refused'],
  }),
  deleteEndpoint: route({
    operationId: 'deleteWebhookEndpoint',
    service: 'webhooks',
    method: 'DELETE',
    path: '/v1/webhook-endpoints/:endpointId',
    tag: 'Webhooks',
    summary: 'Delete a webhook endpoint',
    access: write,
    params,
    idempotent: true,
    answer: { status: 204, description: 'Nothing is sent there any more.' },
    errors: ['webhook_endpoint.not_found'],
  }),
  testEndpoint: route({
    operationId: 'testWebhookEndpoint',
    service: 'webhooks',
    method: 'POST',
    path: '/v1/webhook-endpoints/:endpointId/test',
    tag: 'Webhooks',
    summary: 'Send a webhook.test event',
    access: write,
    params,
    idempotent: true,
    answer: {
      status: 202,
      description: 'The delivery that was scheduled.',
      schema: z.object({ deliveryId: value.deliveryId, eventId: z.string() }),
    },
    errors: ['webhook_endpoint.not_found'],
  }),
  enableEndpoint: route({
    operationId: 'enableWebhookEndpoint',
    service: 'webhooks',
    method: 'POST',
    path: '/v1/webhook-endpoints/:endpointId/enable',
    tag: 'Webhooks',
    summary: 'Enable a disabled or paused endpoint; its pending deliveries go on',
    access: write,
    params,
    idempotent: true,
    answer: theEndpoint,
    errors: ['webhook_endpoint.not_found', 'webhook_endpoint.not_disabled'],
  }),
  listDeliveries: route({
    operationId: 'listWebhookDeliveries',
    service: 'webhooks',
    method: 'GET',
    path: '/v1/webhook-deliveries',
    tag: 'Webhooks',
    summary: 'List deliveries with their attempts, newest first',
    access: read,
    query: z.strictObject({
      ...value.page,
      endpointId: value.endpointId.optional(),
      status: z.enum(deliveryStatuses).optional(),
      eventType: z.enum(WEBHOOK_EVENT_TYPES).optional(),
    }),
    answer: { status: 200, description: 'A page of deliveries.', schema: value.listOf(delivery) },
    errors: ['invalid_cursor', 'webhook_endpoint.not_found'],
  }),
  resendDelivery: route({
    operationId: 'resendWebhookDelivery',
    service: 'webhooks',
    method: 'POST',
    path: '/v1/webhook-deliveries/:deliveryId/resend',
    tag: 'Webhooks',
    summary: 'Send a delivery again, under its own id',
    access: write,
    params: z.object({ deliveryId: value.deliveryId }),
    idempotent: true,
    answer: {
      status: 202,
      description: 'The delivery, due at once.',
      schema: delivery,
    },
    errors: ['webhook_delivery.not_found'],
  }),
};
