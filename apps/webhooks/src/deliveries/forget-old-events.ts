import type { Pool } from 'pg';

const DAY_MS = 86_400_000;
/** How long an event and what became of it can be looked up; longer than any schedule of retries. */
export const KEPT_DAYS = 30;
const BATCH = 1_000;

const FORGET = `
  delete from event where id in
    (select id from event where created_at < $1 order by created_at limit $2 for update skip locked)`;

/** Deletes events of more than thirty days ago with their deliveries, those that wait for a paused endpoint too. */
export async function forgetOldEvents(pool: Pool, now: number): Promise<void> {
  for (;;) {
    const { rowCount } = await pool.query(FORGET, [new Date(now - KEPT_DAYS * DAY_MS), BATCH]);
    if ((rowCount ?? 0) < BATCH) return;
  }
}
