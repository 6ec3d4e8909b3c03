import { inTransaction } from '@leasehold/messaging';
import { type KeepAnswer, keepAnswer, newEventId } from '@leasehold/runtime';
import type { Pool } from 'pg';
import { type Draw, storeDeliveries } from '../deliveries/store-deliveries.js';
import type { WebhookEvent } from '../wire/webhook-event.js';
import type { OwnEndpoint } from './change-endpoint.js';

export interface ScheduledTest {
  readonly deliveryId: string;
  readonly eventId: string;
}

/**
 * Schedules a `webhook.test` for one endpoint, whatever types it takes; `undefined` when the tenant has no such endpoint.
 */
export async function testEndpoint(
  { pool, clock, random }: Draw & { readonly pool: Pool },
  { tenantId, endpointId }: OwnEndpoint,
  keep: KeepAnswer<ScheduledTest>,
): Promise<ScheduledTest | undefined> {
  const event: WebhookEvent = {
    id: newEventId(clock, random),
    tenantId,
    type: 'webhook.test',
    occurredAt: clock.now(),
    data: { endpoint_id: endpointId },
  };
  return inTransaction(pool, async (transaction) => {
    const { rowCount } = await transaction.query(
      'select from endpoint where id = $1 and tenant_id = $2 for key share',
      [endpointId, tenantId],
    );
    if (rowCount === 0) return undefined;
    const [deliveryId] = await storeDeliveries(transaction, [{ event, endpointId }], { clock, random });
    if (deliveryId === undefined) throw new Error('a new event has a delivery already');
    const scheduled = { deliveryId, eventId: event.id };
    await keepAnswer(transaction, await keep(scheduled));
    return scheduled;
  });
}
