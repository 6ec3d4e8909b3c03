import { type Clock, newId, type RandomSource } from '@leasehold/runtime';
import type { PoolClient } from 'pg';
import { type WebhookEvent, webhookBody } from '../wire/webhook-event.js';

/** Where ids and times of new rows come from. */
export interface Draw {
  readonly clock: Clock;
  readonly random: RandomSource;
}

/** One event for one endpoint. */
export interface Addressed {
  readonly event: WebhookEvent;
  readonly endpointId: string;
}

const INSERT_EVENTS = `
  insert into event (id, tenant_id, type, body, created_at)
  select e.id, e.tenant_id, e.type, e.body, $5
  from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as e (id, tenant_id, type, body)
  on conflict (id) do nothing`;

const INSERT_DELIVERIES = `
  insert into delivery (id, tenant_id, event_id, event_type, endpoint_id, state, due_at, created_at)
  select d.id, d.tenant_id, d.event_id, d.event_type, d.endpoint_id, 'pending', $6, $6
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
    as d (id, tenant_id, event_id, event_type, endpoint_id)
  on conflict (event_id, endpoint_id) do nothing
  returning id`;

/**
 * Schedules events for endpoints, due at once. An event that an endpoint has been given already is left as it is, so
 * that a batch which comes again changes nothing.
 * @returns the ids of the deliveries that are new
 */
export async function storeDeliveries(
  transaction: PoolClient,
  addressed: readonly Addressed[],
  { clock, random }: Draw,
): Promise<readonly string[]> {
  if (addressed.length === 0) return [];
  const now = new Date(clock.now());
  const events = [...new Map(addressed.map(({ event }) => [event.id, event])).values()];
  await transaction.query({
    name: 'insert-events',
    text: INSERT_EVENTS,
    values: [
      events.map(({ id }) => id),
      events.map(({ tenantId }) => tenantId),
      events.map(({ type }) => type),
      events.map(webhookBody),
      now,
    ],
  });
  const { rows } = await transaction.query<{ id: string }>({
    name: 'insert-deliveries',
    text: INSERT_DELIVERIES,
    values: [
      addressed.map(() => newId('wd', clock, random)),
      addressed.map(({ event }) => event.tenantId),
      addressed.map(({ event }) => event.id),
      addressed.map(({ event }) => event.type),
      addressed.map(({ endpointId }) => endpointId),
      now,
    ],
  });
  return rows.map(({ id }) => id);
}
