import { EVENTS, encodeEvent, type WebhookAttempt } from '@leasehold/contracts';
import { inTransaction, type NewRecord, partitionOf, writeOutbox } from '@leasehold/messaging';
import { newEventId } from '@leasehold/runtime';
import type { Pool, PoolClient } from 'pg';
import type { Draw } from '../deliveries/store-deliveries.js';
import type { ClaimedDelivery } from './claim-deliveries.js';
import { countForEndpoint, type EndpointEffect, lockEndpoint } from './count-for-endpoint.js';

/** What an attempt that counts came to. */
export interface FinishedAttempt {
  readonly delivery: ClaimedDelivery;
  /** When it began and ended; epoch milliseconds. */
  readonly at: number;
  readonly endedAt: number;
  readonly durationMs: number;
  readonly statusCode: number | null;
  readonly error: string | null;
  readonly excerpt: Uint8Array | null;
  readonly next:
    | { readonly state: 'succeeded' | 'failed' }
    | { readonly state: 'pending'; readonly dueAt: number; readonly step: number };
  readonly effect: EndpointEffect;
}

/** `lost`: the lease had run out and somebody else has the delivery; nothing was written. */
export type Finish = 'written' | 'lost';

// null for a step keeps it: what is over has none to come
const FINISH = `
  with finished as (
    update delivery
    set state = $3, due_at = $4, step = coalesce($5, step), attempts_made = attempts_made + 1, claim_id = null, lease_until = null
    where id = $1 and claim_id = $2
    returning id, attempts_made
  )
  insert into attempt (delivery_id, number, at, url, status_code, error, duration_ms, response)
  select id, attempts_made, $6, $7, $8, $9, $10, $11 from finished
  returning number`;

/**
 * Writes what an attempt came to, if the delivery is still this process's: the attempt, the delivery's next state, what
 * it means for the endpoint, and the record for the log, in one transaction.
 */
export function finishDelivery(pool: Pool, finished: FinishedAttempt, draw: Draw): Promise<Finish> {
  const { delivery, effect } = finished;
  return inTransaction(pool, async (transaction) => {
    // endpoint before delivery, as a deletion locks them
    const endpoint =
      effect === 'healthy' && !delivery.failing ? undefined : await lockEndpoint(transaction, delivery.endpointId);
    const attempt = await writeAttempt(transaction, finished);
    if (attempt === undefined) return 'lost';
    if (endpoint !== undefined) await countForEndpoint(transaction, { ...finished, endpoint }, draw);
    await writeOutbox(transaction, [attemptRecord(finished, attempt, draw)]);
    return 'written';
  });
}

async function writeAttempt(transaction: PoolClient, finished: FinishedAttempt): Promise<number | undefined> {
  const { delivery, next } = finished;
  const pending = next.state === 'pending' ? next : undefined;
  const { rows } = await transaction.query<{ number: number }>({
    name: 'finish-delivery',
    text: FINISH,
    values: [
      delivery.id,
      delivery.claimId,
      next.state,
      pending === undefined ? null : new Date(pending.dueAt),
      pending?.step ?? null,
      new Date(finished.at),
      delivery.url,
      finished.statusCode,
      finished.error,
      finished.durationMs,
      finished.excerpt,
    ],
  });
  return rows[0]?.number;
}

function attemptRecord(finished: FinishedAttempt, attempt: number, { clock, random }: Draw): NewRecord {
  const { delivery, at, statusCode, error, durationMs } = finished;
  const { topic } = EVENTS.webhookAttempt;
  const data: WebhookAttempt = {
    delivery: delivery.id,
    endpoint: delivery.endpointId,
    tenant: delivery.tenantId,
    eventId: delivery.eventId,
    eventType: delivery.eventType,
    attempt,
    statusCode,
    error,
    durationMs,
    at,
  };
  const envelope = {
    id: newEventId(clock, random),
    source: '/leasehold/webhooks',
    subject: delivery.id,
    time: at,
    tenant: delivery.tenantId,
    partitionKey: delivery.endpointId,
  };
  return {
    topic: topic.name,
    partition: partitionOf(delivery.endpointId, topic.partitions),
    key: delivery.endpointId,
    ...encodeEvent(EVENTS.webhookAttempt, envelope, data),
  };
}

/** Gives a delivery back, due at `dueAt`, as if it had not been tried: for faults of ours. */
export async function postponeDelivery(pool: Pool, { id, claimId }: ClaimedDelivery, dueAt: number): Promise<Finish> {
  const { rowCount } = await pool.query(
    'update delivery set due_at = $3, claim_id = null, lease_until = null where id = $1 and claim_id = $2',
    [id, claimId, new Date(dueAt)],
  );
  return rowCount === 1 ? 'written' : 'lost';
}
