import { forgetBoots } from '@leasehold/messaging';
import type { Pool } from 'pg';

/**
 * Ids of posted events and numbers of validators' boots are kept as long as what they guard against could still be
 * counted: 35 days, and a day to be sure.
 */
const KEPT_MS = 36 * 86_400_000;
const BATCH = 5_000;
const POSTED = `
  DELETE FROM posted_event WHERE (tenant_id, identity) IN
    (SELECT tenant_id, identity FROM posted_event WHERE received_at < $1 ORDER BY received_at LIMIT ${BATCH})`;

export async function forgetOldUsage(pool: Pool, now: number): Promise<void> {
  const since = new Date(now - KEPT_MS);
  await forgetBoots(pool, since);
  for (;;) {
    const { rowCount } = await pool.query(POSTED, [since]);
    if ((rowCount ?? 0) < BATCH) return;
  }
}
