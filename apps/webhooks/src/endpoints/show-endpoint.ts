import type { WebhookEndpointBody } from '@leasehold/contracts';

/** An endpoint as it is stored, without its secret. */
export interface Endpoint {
  readonly id: string;
  readonly url: string;
  readonly eventTypes: string[];
  readonly status: WebhookEndpointBody['status'];
  readonly disabledReason: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** The columns of an {@link Endpoint}, for statements that answer what they changed. */
export const ENDPOINT_COLUMNS = `id, url, event_types as "eventTypes", status, disabled_reason as "disabledReason",
  created_at as "createdAt", updated_at as "updatedAt"`;

export const showEndpoint = (endpoint: Endpoint): WebhookEndpointBody => ({
  id: endpoint.id,
  url: endpoint.url,
  eventTypes: endpoint.eventTypes,
  status: endpoint.status,
  ...(endpoint.disabledReason === null ? {} : { disabledReason: endpoint.disabledReason }),
  createdAt: endpoint.createdAt.toISOString(),
  updatedAt: endpoint.updatedAt.toISOString(),
});
