import type { WebhookDeliveryBody } from '@leasehold/contracts';
import { timeText } from '../wire/webhook-event.js';

/** A delivery with its attempts, as {@link DELIVERY_COLUMNS} gives it. */
export interface DeliveryRow {
  readonly id: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly endpoint_id: string;
  readonly status: WebhookDeliveryBody['status'];
  readonly due_at: Date | null;
  readonly created_at: Date;
  readonly attempts: readonly AttemptRow[];
}

interface AttemptRow {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly status_code: number | null;
  readonly error: string | null;
  readonly duration_ms: number;
}

/** Pending deliveries of an endpoint that takes none are paused: they wait until it is enabled. */
export const DELIVERY_STATUS = `case when d.state <> 'pending' then d.state
  when e.status = 'enabled' then 'pending' else 'paused' end`;

/** From `delivery d join endpoint e`; the newest fifty attempts, oldest first. */
export const DELIVERY_COLUMNS = `
  d.id, d.event_id, d.event_type, d.endpoint_id, ${DELIVERY_STATUS} as status, d.due_at, d.created_at,
  coalesce((
    select json_agg(json_build_object(
      'at', (extract(epoch from a.at) * 1000)::bigint, 'status_code', a.status_code, 'error', a.error,
      'duration_ms', a.duration_ms) order by a.number)
    from (select * from attempt where delivery_id = d.id order by number desc limit 50) a
  ), '[]') as attempts`;

export function showDelivery(row: DeliveryRow): WebhookDeliveryBody {
  return {
    id: row.id,
    eventId: row.event_id,
    eventType: row.event_type,
    endpointId: row.endpoint_id,
    status: row.status,
    attempts: row.attempts.map((attempt) => ({
      at: timeText(attempt.at),
      ...(attempt.status_code === null ? {} : { statusCode: attempt.status_code }),
      ...(attempt.error === null ? {} : { error: attempt.error }),
      durationMs: attempt.duration_ms,
    })),
    // a paused one has no next attempt until somebody enables its endpoint
    nextAttemptAt: row.status === 'pending' && row.due_at !== null ? row.due_at.toISOString() : null,
    createdAt: row.created_at.toISOString(),
  };
}
