import type { ClientBase } from 'pg';

/** An event by its hashes, see `event-hashes.ts`. */
export interface EventClaim {
  readonly identity: string;
  readonly content: string;
}

export type ClaimOutcome = 'accepted' | 'duplicate' | 'conflict';

const CLAIM = `
  INSERT INTO posted_event (tenant_id, identity, content, received_at)
  SELECT $1, decode(identity, 'hex'), decode(content, 'hex'), $4
  FROM unnest($2::text[], $3::text[]) AS claimed (identity, content)
  ON CONFLICT (tenant_id, identity) DO NOTHING
  RETURNING encode(identity, 'hex') AS identity`;
const KNOWN = `
  SELECT encode(identity, 'hex') AS identity, encode(content, 'hex') AS content FROM posted_event
  WHERE tenant_id = $1 AND identity IN (SELECT decode(identity, 'hex') FROM unnest($2::text[]) AS identity)`;

/**
 * Takes events for the tenant, each the first time only, and answers what became of them in the order given. Two that
 * say different things under one identity are in conflict; the first one stays.
 */
export async function claimEvents(
  transaction: ClientBase,
  tenantId: string,
  claims: readonly EventClaim[],
  now: number,
): Promise<readonly ClaimOutcome[]> {
  if (claims.length === 0) return [];
  const firsts = new Map<string, EventClaim>();
  for (const claim of claims) if (!firsts.has(claim.identity)) firsts.set(claim.identity, claim);
  // always in this order: two requests with the same events never wait for each other
  const sorted = [...firsts.values()].sort((a, b) => (a.identity < b.identity ? -1 : 1));
  const { rows: taken } = await transaction.query<{ identity: string }>(CLAIM, [
    tenantId,
    sorted.map(({ identity }) => identity),
    sorted.map(({ content }) => content),
    new Date(now),
  ]);
  const fresh = new Set(taken.map(({ identity }) => identity));
  const known = new Map(sorted.map(({ identity, content }) => [identity, content]));
  const former = sorted.filter(({ identity }) => !fresh.has(identity)).map(({ identity }) => identity);
  if (former.length > 0) {
    const { rows } = await transaction.query<EventClaim>(KNOWN, [tenantId, former]);
    for (const { identity, content } of rows) known.set(identity, content);
  }
  return claims.map(({ identity, content }) => {
    // of several with one identity in one request the first is the one that counts
    if (fresh.delete(identity)) return 'accepted';
    return known.get(identity) === content ? 'duplicate' : 'conflict';
  });
}
