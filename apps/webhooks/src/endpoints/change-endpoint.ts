import type { WebhookEndpointBody } from '@leasehold/contracts';
import { inTransaction } from '@leasehold/messaging';
import { type KeepAnswer, keepAnswer } from '@leasehold/runtime';
import type { ClientBase, Pool } from 'pg';
import { type Endpoint, ENDPOINT_COLUMNS, showEndpoint } from './show-endpoint.js';

export interface OwnEndpoint {
  readonly tenantId: string;
  readonly endpointId: string;
}

export interface ChangeEndpoint extends OwnEndpoint {
  /** Checked. */
  readonly url?: string | undefined;
  readonly eventTypes?: string[] | undefined;
  readonly status?: 'enabled' | 'paused' | undefined;
  readonly now: number;
}

// another address or another chance: what failed so far no longer counts against it
const CHANGE = `
  update endpoint set
    url = coalesce($3, url),
    event_types = coalesce($4::text[], event_types),
    status = coalesce($5, status),
    disabled_reason = case when $5 is null then disabled_reason end,
    failing_since = case when $3 is null and $5 is distinct from 'enabled' then failing_since end,
    last_failure_at = case when $3 is null and $5 is distinct from 'enabled' then last_failure_at end,
    updated_at = $6
  where id = $1 and tenant_id = $2
  returning ${ENDPOINT_COLUMNS}`;

/** Changes what is given; `undefined` when the tenant has no such endpoint. */
export function changeEndpoint(
  pool: Pool,
  command: ChangeEndpoint,
  keep: KeepAnswer<WebhookEndpointBody>,
): Promise<WebhookEndpointBody | undefined> {
  const { endpointId, tenantId, url = null, eventTypes = null, status = null, now } = command;
  const values = [endpointId, tenantId, url, eventTypes, status, new Date(now)];
  return inTransaction(pool, (transaction) => changeOne(transaction, CHANGE, values, keep));
}

const ENABLE = `
  update endpoint set status = 'enabled', disabled_reason = null, failing_since = null, last_failure_at = null, updated_at = $3
  where id = $1 and tenant_id = $2 and status <> 'enabled'
  returning ${ENDPOINT_COLUMNS}`;

/** Enables a paused or disabled endpoint; `undefined` when the tenant has none that is one of these. */
export const enableEndpoint = (
  pool: Pool,
  { endpointId, tenantId }: OwnEndpoint,
  now: number,
  keep: KeepAnswer<WebhookEndpointBody>,
): Promise<WebhookEndpointBody | undefined> =>
  inTransaction(pool, (transaction) => changeOne(transaction, ENABLE, [endpointId, tenantId, new Date(now)], keep));

async function changeOne(
  transaction: ClientBase,
  statement: string,
  values: readonly unknown[],
  keep: KeepAnswer<WebhookEndpointBody>,
): Promise<WebhookEndpointBody | undefined> {
  const { rows } = await transaction.query<Endpoint>(statement, [...values]);
  const [row] = rows;
  if (row === undefined) return undefined;
  const changed = showEndpoint(row);
  await keepAnswer(transaction, await keep(changed));
  return changed;
}

/** Deletes an endpoint with its deliveries; answers whether the tenant had it. */
export const deleteEndpoint = (
  pool: Pool,
  { endpointId, tenantId }: OwnEndpoint,
  keep: KeepAnswer<undefined>,
): Promise<boolean> =>
  inTransaction(pool, async (transaction) => {
    const { rowCount } = await transaction.query('delete from endpoint where id = $1 and tenant_id = $2', [
      endpointId,
      tenantId,
    ]);
    if (rowCount === 1) await keepAnswer(transaction, await keep(undefined));
    return rowCount === 1;
  });
