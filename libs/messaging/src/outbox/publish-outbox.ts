import type { Pool, PoolClient } from 'pg';
import type { EventLog, NewRecord, RecordHeaders } from '../event-log.js';
import { inTransaction } from '../in-transaction.js';

/** Name of the advisory lock that lets one publisher of a schema's outbox work at a time. */
const LOCK = `SELECT pg_try_advisory_xact_lock(hashtextextended('outbox:' || current_schema(), 0)) AS held`;
const OLDEST = `SELECT id, topic, partition, key, headers, value FROM outbox ORDER BY id LIMIT $1`;
const BATCH = 500;

interface Row {
  readonly id: string;
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  readonly headers: RecordHeaders;
  readonly value: Buffer | null;
}

/**
 * Publishes what lies in the outbox, oldest first, and removes it once the log has it. A crash in between publishes
 * again: readers dedupe by event id. Call it after a commit, and now and then.
 * @returns how many records were published; 0 also while another process is at it
 */
export async function publishOutbox(pool: Pool, log: Pick<EventLog, 'publish'>): Promise<number> {
  let published = 0;
  for (;;) {
    const count = await inTransaction(pool, (transaction) => publishOldest(transaction, log));
    published += count;
    if (count < BATCH) return published;
  }
}

async function publishOldest(transaction: PoolClient, log: Pick<EventLog, 'publish'>): Promise<number> {
  const lock = await transaction.query<{ held: boolean }>(LOCK);
  if (lock.rows[0]?.held !== true) return 0;
  const { rows } = await transaction.query<Row>({ name: 'oldest-of-outbox', text: OLDEST, values: [BATCH] });
  if (rows.length === 0) return 0;
  await log.publish(
    rows.map(({ topic, partition, key, headers, value }): NewRecord => {
      return { topic, partition, key, headers, value };
    }),
  );
  await transaction.query('DELETE FROM outbox WHERE id = ANY ($1::bigint[])', [rows.map((row) => row.id)]);
  return rows.length;
}
