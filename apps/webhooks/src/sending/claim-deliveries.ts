import { inTransaction } from '@leasehold/messaging';
import type { Pool, PoolClient } from 'pg';

/** A delivery that this process sends now, with the endpoint as it is now. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly claimId: string;
  readonly tenantId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly endpointId: string;
  readonly step: number;
  /** The text to sign and send. */
  readonly body: string;
  readonly url: string;
  /** Ciphertext. */
  readonly secret: string;
  /** The endpoint's last attempt failed. */
  readonly failing: boolean;
}

export interface Claim {
  readonly claimId: string;
  readonly now: number;
  readonly leaseUntil: number;
  /** Of endpoints whose last attempt failed, or of the others. */
  readonly failing: boolean;
  /** How many to claim at most. */
  readonly limit: number;
  /** How many of one endpoint may be under way, in all processes together. */
  readonly perEndpoint: number;
}

// in turns: each tenant's endpoint that waited longest, then each one's second, and so on
const TURNS = `
  with waiting as (
    select e.id, e.served_at, row_number() over (partition by e.tenant_id order by e.served_at, e.id) as turn
    from endpoint e
    where e.status = 'enabled' and (e.failing_since is not null) = $2
      and exists (
        select from delivery d where d.endpoint_id = e.id and d.state = 'pending' and d.due_at <= $1
          and (d.lease_until is null or d.lease_until <= $1))
      and $3 > (
        select count(*) from delivery d where d.endpoint_id = e.id and d.claim_id is not null and d.lease_until > $1)
  )
  select e.id from endpoint e join waiting w on w.id = e.id
  where e.status = 'enabled'
  order by w.turn, w.served_at, e.id
  limit $4
  for no key update of e skip locked`;

const CLAIM = `
  with room as (
    select turn.id, turn.place, $3 - (
      select count(*) from delivery d where d.endpoint_id = turn.id and d.claim_id is not null and d.lease_until > $1
    ) as free
    from unnest($4::text[]) with ordinality as turn (id, place)
  ), due as (
    select d.id, d.endpoint_id, room.place, row_number() over (partition by room.id order by d.due_at, d.id) as nth
    from room cross join lateral (
      select id, endpoint_id, due_at from delivery
      where endpoint_id = room.id and state = 'pending' and due_at <= $1 and (lease_until is null or lease_until <= $1)
      order by due_at, id limit greatest(room.free, 0) for update skip locked) d
  ), chosen as (
    select id, endpoint_id from due order by nth, place limit $5
  ), served as (
    update endpoint set served_at = $1 where id in (select endpoint_id from chosen)
  ), claimed as (
    update delivery d set claim_id = $2, lease_until = $6 from chosen where d.id = chosen.id
    returning d.id, d.claim_id, d.tenant_id, d.event_id, d.event_type, d.endpoint_id, d.step
  )
  select c.id, c.claim_id as "claimId", c.tenant_id as "tenantId", c.event_id as "eventId",
    c.event_type as "eventType", c.endpoint_id as "endpointId", c.step, v.body, e.url, e.secret,
    e.failing_since is not null as failing
  from claimed c join event v on v.id = c.event_id join endpoint e on e.id = c.endpoint_id`;

// no statement here is prepared by name: a plan that was made for an empty queue is not kept for a long one
/**
 * Takes due deliveries under a lease. Endpoints are taken in turns, each with what its cap leaves free, so that neither
 * a slow endpoint nor a long queue stands in front of the others. The locks on the endpoints make the caps exact.
 */
export function claimDeliveries(pool: Pool, claim: Claim): Promise<readonly ClaimedDelivery[]> {
  if (claim.limit <= 0) return Promise.resolve([]);
  return inTransaction(pool, async (transaction) => {
    const endpoints = await lockTurns(transaction, claim);
    if (endpoints.length === 0) return [];
    const { rows } = await transaction.query<ClaimedDelivery>({
      text: CLAIM,
      values: [
        new Date(claim.now),
        claim.claimId,
        claim.perEndpoint,
        endpoints,
        claim.limit,
        new Date(claim.leaseUntil),
      ],
    });
    return rows;
  });
}

async function lockTurns(transaction: PoolClient, claim: Claim): Promise<string[]> {
  const { rows } = await transaction.query<{ id: string }>({
    text: TURNS,
    values: [new Date(claim.now), claim.failing, claim.perEndpoint, claim.limit],
  });
  return rows.map(({ id }) => id);
}

/** Keeps deliveries that are still under way from being taken by others. */
export async function renewLeases(pool: Pool, claimIds: readonly string[], leaseUntil: number): Promise<void> {
  await pool.query('update delivery set lease_until = $2 where claim_id = any($1::text[])', [
    claimIds,
    new Date(leaseUntil),
  ]);
}
