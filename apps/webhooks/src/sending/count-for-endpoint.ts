import { newEventId } from '@leasehold/runtime';
import type { PoolClient } from 'pg';
import { fanOut } from '../deliveries/fan-out.js';
import type { Draw } from '../deliveries/store-deliveries.js';
import { timeText, type WebhookEvent } from '../wire/webhook-event.js';
import { type FailureRecord, judgeEndpoint } from './judge-endpoint.js';

/** What an attempt says about its endpoint. */
export type EndpointEffect = 'healthy' | 'failing' | 'gone';

/** An endpoint while its row is locked. */
export interface LockedEndpoint extends FailureRecord {
  readonly id: string;
  readonly tenantId: string;
  readonly url: string;
  readonly status: 'enabled' | 'paused' | 'disabled';
}

interface Row {
  readonly tenant_id: string;
  readonly url: string;
  readonly status: LockedEndpoint['status'];
  readonly failing_since: Date | null;
  readonly last_failure_at: Date | null;
}

/** Locks an endpoint's row to the end of the transaction; `undefined` when it has been deleted. */
export async function lockEndpoint(transaction: PoolClient, id: string): Promise<LockedEndpoint | undefined> {
  const { rows } = await transaction.query<Row>(
    `select tenant_id, url, status, failing_since, last_failure_at from endpoint where id = $1 for no key update`,
    [id],
  );
  const [row] = rows;
  return (
    row && {
      id,
      tenantId: row.tenant_id,
      url: row.url,
      status: row.status,
      failingSince: row.failing_since?.getTime() ?? null,
      lastFailureAt: row.last_failure_at?.getTime() ?? null,
    }
  );
}

export interface Counted {
  readonly endpoint: LockedEndpoint;
  readonly effect: EndpointEffect;
  readonly endedAt: number;
  /** The address that was called; another one since then is not to blame. */
  readonly delivery: { readonly url: string };
}

/** Counts an attempt for or against its endpoint; disables one that is gone or has failed for five days. */
export async function countForEndpoint(transaction: PoolClient, counted: Counted, draw: Draw): Promise<void> {
  const { endpoint, effect, endedAt, delivery } = counted;
  if (delivery.url !== endpoint.url) return;
  if (effect === 'healthy') {
    await writeFailures(transaction, endpoint.id, null, null);
    return;
  }
  const { failingSince, isLost } = judgeEndpoint(endpoint, endedAt);
  await writeFailures(transaction, endpoint.id, failingSince, endedAt);
  if (endpoint.status !== 'enabled' || (effect !== 'gone' && !isLost)) return;
  const reason = effect === 'gone' ? 'gone' : 'failing';
  await transaction.query(
    `update endpoint set status = 'disabled', disabled_reason = $2, updated_at = $3 where id = $1`,
    [endpoint.id, reason, new Date(endedAt)],
  );
  await fanOut(transaction, [disabledEvent(endpoint, reason, failingSince, draw)], { ...draw, except: endpoint.id });
}

async function writeFailures(
  transaction: PoolClient,
  id: string,
  since: number | null,
  last: number | null,
): Promise<void> {
  const values = [id, since === null ? null : new Date(since), last === null ? null : new Date(last)];
  await transaction.query('update endpoint set failing_since = $2, last_failure_at = $3 where id = $1', values);
}

const disabledEvent = (
  { id, tenantId, url }: LockedEndpoint,
  reason: 'gone' | 'failing',
  failingSince: number,
  { clock, random }: Draw,
): WebhookEvent => ({
  id: newEventId(clock, random),
  tenantId,
  type: 'webhook.endpoint_disabled',
  occurredAt: clock.now(),
  data: { endpoint_id: id, url, reason, failing_since: timeText(failingSince) },
});
