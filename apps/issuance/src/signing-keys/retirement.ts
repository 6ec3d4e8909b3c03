import { DAY_MS, type Instant } from '@leasehold/licensing';
import type { Pool } from 'pg';
import type { RingPurpose } from './key-ring.js';

/** Clocks of offline verifiers may be that wrong. */
const MARGIN_MS = 7 * DAY_MS;
/** No receipt is good for longer. */
const RECEIPT_LIFETIME_MS = DAY_MS;

/**
 * When a key that stops signing now can leave the key sets: when the last token it has signed is past its `exp` and
 * grace, plus 7 days. `null` when there is no such time: a perpetual license's token never runs out, so its key stays.
 *
 * Every license that is there counts, as if each had fetched its token. Revoked ones do not: nobody is to verify theirs.
 */
export async function retirementOf(
  pool: Pick<Pool, 'query'>,
  ring: { readonly tenantId: string; readonly purpose: RingPurpose },
  now: Instant,
): Promise<Instant | null> {
  if (ring.purpose === 'receipt') return now + RECEIPT_LIFETIME_MS + MARGIN_MS;
  const { rows } = await pool.query<{ perpetual: boolean | null; last: Date | null }>(
    `select bool_or(expires_at is null) as perpetual, max(coalesce(grace_ends_at, expires_at)) as last
     from license where tenant_id = $1 and not revoked`,
    [ring.tenantId],
  );
  const [found] = rows;
  if (found?.perpetual === true) return null;
  return Math.max(now, found?.last?.getTime() ?? now) + MARGIN_MS;
}
