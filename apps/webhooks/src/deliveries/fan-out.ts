import type { PoolClient } from 'pg';
import { matchesEventType } from '../wire/matches-event-type.js';
import type { WebhookEvent } from '../wire/webhook-event.js';
import { type Draw, storeDeliveries } from './store-deliveries.js';

interface Subscriber {
  readonly id: string;
  readonly tenant_id: string;
  readonly event_types: readonly string[];
}

// the lock keeps an endpoint from going away before the deliveries that name it are there
const SUBSCRIBERS = `
  select id, tenant_id, event_types from endpoint where tenant_id = any($1::text[]) order by id for key share`;

export interface FanOutOptions extends Draw {
  /** An endpoint that is not told. */
  readonly except?: string;
}

/**
 * Schedules each event for every endpoint of its tenant that takes its type. Paused and disabled endpoints too: what
 * they miss waits for them.
 * @returns the ids of the deliveries that are new
 */
export async function fanOut(
  transaction: PoolClient,
  events: readonly WebhookEvent[],
  { except, ...draw }: FanOutOptions,
): Promise<readonly string[]> {
  if (events.length === 0) return [];
  const tenants = [...new Set(events.map(({ tenantId }) => tenantId))];
  const { rows } = await transaction.query<Subscriber>({ name: 'subscribers', text: SUBSCRIBERS, values: [tenants] });
  const byTenant = Map.groupBy(rows, (subscriber) => subscriber.tenant_id);
  const addressed = events.flatMap((event) =>
    (byTenant.get(event.tenantId) ?? [])
      .filter(({ id, event_types: patterns }) => id !== except && matchesEventType(patterns, event.type))
      .map(({ id }) => ({ event, endpointId: id })),
  );
  return storeDeliveries(transaction, addressed, draw);
}
