import type { WebhookDeliveryBody } from '@leasehold/contracts';
import { inTransaction } from '@leasehold/messaging';
import { type KeepAnswer, keepAnswer } from '@leasehold/runtime';
import type { Pool } from 'pg';
import { DELIVERY_COLUMNS, type DeliveryRow, showDelivery } from './show-delivery.js';

export interface ResendDelivery {
  readonly tenantId: string;
  readonly deliveryId: string;
  readonly now: number;
}

// one that is under way is being sent already: it keeps its claim, and what comes of it
const RESEND = `
  update delivery d set state = 'pending', due_at = $3, step = 0
  where d.id = $1 and d.tenant_id = $2 and (d.claim_id is null or d.lease_until <= $3)`;

const SHOW = `
  select ${DELIVERY_COLUMNS} from delivery d join endpoint e on e.id = d.endpoint_id
  where d.id = $1 and d.tenant_id = $2`;

/**
 * Makes a delivery due at once, under its own id, with the whole schedule of retries before it again.
 * @returns `undefined` when the tenant has no such delivery
 */
export const resendDelivery = (
  pool: Pool,
  { deliveryId, tenantId, now }: ResendDelivery,
  keep: KeepAnswer<WebhookDeliveryBody>,
): Promise<WebhookDeliveryBody | undefined> =>
  inTransaction(pool, async (transaction) => {
    await transaction.query(RESEND, [deliveryId, tenantId, new Date(now)]);
    const { rows } = await transaction.query<DeliveryRow>(SHOW, [deliveryId, tenantId]);
    const [row] = rows;
    if (row === undefined) return undefined;
    const delivery = showDelivery(row);
    await keepAnswer(transaction, await keep(delivery));
    return delivery;
  });
