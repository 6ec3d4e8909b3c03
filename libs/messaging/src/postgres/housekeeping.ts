import type { Pool } from 'pg';
import type { PartitionId } from '../engine/log-store.js';
import { inTransaction } from '../in-transaction.js';

export interface HousekeepingOptions {
  /** A compact partition is looked at once it has this many offsets that were never compacted. */
  readonly compactAfterRecords: number;
  /** How long a tombstone stays, so that slow readers see it; milliseconds. */
  readonly tombstoneMs: number;
}

/** Offsets looked at in one statement: no statement holds its rows for long. */
const STEP = 10_000;
/** Steps for a partition in one round; the next round goes on. */
const STEPS = 20;

interface PartitionRow extends PartitionId {
  readonly cleanup: 'delete' | 'compact';
  readonly retention_ms: string | null;
  readonly next_offset: string;
  readonly compacted_to: string;
}

/** Deletes what a newer record of the same key within the next slice of offsets replaces. */
const compactSlice = (pool: Pool, { topic, partition }: PartitionId, from: number, below: number): Promise<void> =>
  inTransaction(pool, async (transaction) => {
    // without fresh statistics the planner takes a nested loop for cheap: minutes instead of milliseconds
    await transaction.query('SET LOCAL enable_nestloop = off');
    await transaction.query(
      `WITH newest AS (
         SELECT key, max("offset") AS "offset" FROM event_log.log_record
           WHERE topic = $1 AND partition = $2 AND "offset" >= $3 AND "offset" < $4 GROUP BY key)
       DELETE FROM event_log.log_record r USING newest n
         WHERE r.topic = $1 AND r.partition = $2 AND r."offset" < $4 AND r.key = n.key AND r."offset" < n."offset"`,
      [topic, partition, from, below],
    );
    await transaction.query(
      'UPDATE event_log.log_partition SET compacted_to = $3 WHERE topic = $1 AND partition = $2',
      [topic, partition, below],
    );
  });

const compact = async (pool: Pool, row: PartitionRow, options: HousekeepingOptions): Promise<void> => {
  const end = Number(row.next_offset);
  let from = Number(row.compacted_to);
  if (end - from >= options.compactAfterRecords) {
    for (let step = 0; step < STEPS && from < end; step++) {
      const below = Math.min(end, from + STEP);
      await compactSlice(pool, row, from, below);
      from = below;
    }
  }
  await pool.query(
    `DELETE FROM event_log.log_record WHERE topic = $1 AND partition = $2 AND "offset" < $3 AND value IS NULL
       AND at <= clock_timestamp() - $4 * interval '1 ms'`,
    [row.topic, row.partition, from, options.tombstoneMs],
  );
};

/** Within a partition times never go back, so what is too old is a range of offsets from the start. */
const expire = async (pool: Pool, row: PartitionRow): Promise<void> => {
  for (let step = 0; step < STEPS; step++) {
    const { rowCount } = await pool.query(
      `WITH oldest AS (
         SELECT "offset", at FROM event_log.log_record WHERE topic = $1 AND partition = $2 ORDER BY "offset" LIMIT ${STEP})
       DELETE FROM event_log.log_record WHERE topic = $1 AND partition = $2
         AND "offset" <= (SELECT max("offset") FROM oldest WHERE at < clock_timestamp() - $3 * interval '1 ms')`,
      [row.topic, row.partition, row.retention_ms],
    );
    if ((rowCount ?? 0) < STEP) return;
  }
};

/** One round over all partitions, by one process at a time: who does not get the lock has nothing to do. */
export const housekeep = (pool: Pool, options: HousekeepingOptions): Promise<void> =>
  inTransaction(pool, async (guard) => {
    const { rows: locks } = await guard.query<{ locked: boolean }>(
      `SELECT pg_try_advisory_xact_lock(hashtext('event_log.housekeeping')) AS locked`,
    );
    if (locks[0]?.locked !== true) return;
    const { rows } = await guard.query<PartitionRow>(
      `SELECT p.topic, p.partition, p.next_offset, p.compacted_to, t.cleanup, t.retention_ms
       FROM event_log.log_partition p JOIN event_log.log_topic t ON t.name = p.topic
       WHERE p.next_offset > 0 AND (t.cleanup = 'compact' OR t.retention_ms IS NOT NULL)`,
    );
    for (const row of rows) await (row.cleanup === 'compact' ? compact(pool, row, options) : expire(pool, row));
  });
