import type { WebhookDeliveryBody } from '@leasehold/contracts';
import { decodeCursor, type Page, pageOf, type PageRequest } from '@leasehold/runtime';
import type { Pool } from 'pg';
import { DELIVERY_COLUMNS, DELIVERY_STATUS, type DeliveryRow, showDelivery } from './show-delivery.js';

/** Which deliveries of a tenant. */
export interface DeliveryQuery extends PageRequest {
  readonly tenantId: string;
  readonly endpointId?: string | undefined;
  readonly status?: WebhookDeliveryBody['status'] | undefined;
  readonly eventType?: string | undefined;
}

/**
 * A page of deliveries, newest first: their ids sort by time.
 * @throws {ProblemError} `invalid_cursor`
 */
export async function listDeliveries(pool: Pool, query: DeliveryQuery): Promise<Page<WebhookDeliveryBody>> {
  const [after] = query.cursor === undefined ? [] : decodeCursor(query.cursor, ['string']);
  const conditions: readonly (readonly [condition: string, value: string | undefined])[] = [
    ['d.tenant_id =', query.tenantId],
    ['d.endpoint_id =', query.endpointId],
    ['d.event_type =', query.eventType],
    [`${DELIVERY_STATUS} =`, query.status],
    ['d.id <', after],
  ];
  const asked = conditions.filter(([, value]) => value !== undefined);
  const { rows } = await pool.query<DeliveryRow>(
    `select ${DELIVERY_COLUMNS} from delivery d join endpoint e on e.id = d.endpoint_id
     where ${asked.map(([condition], index) => `${condition} $${index + 2}`).join(' and ')}
     order by d.id desc limit $1`,
    [query.limit + 1, ...asked.map(([, value]) => value)],
  );
  return pageOf(rows, query.limit, showDelivery, ({ id }) => [id]);
}
