import type { Pool, PoolClient } from 'pg';
import type { LogRecord, RecordBatch } from '../event-log.js';
import { inTransaction } from '../in-transaction.js';

/** `repeated`: all records of the batch had been handled before, by this member or by another; nothing was done. */
export type FencedResult<T> = { readonly done: T } | { readonly repeated: true };

/** Moves the stored offset over the batch and answers where it stood, as far as that lies within the batch. */
const moveOffset = async (transaction: PoolClient, batch: RecordBatch, group: string): Promise<number> => {
  const { topic, partition, firstOffset, lastOffset } = batch;
  const moved = await transaction.query({
    name: 'consumer_offset_move',
    text: `INSERT INTO consumer_offset AS c (group_name, topic, partition, next_offset) VALUES ($1, $2, $3, $4)
      ON CONFLICT (group_name, topic, partition) DO UPDATE SET next_offset = excluded.next_offset
      WHERE c.next_offset <= $5`,
    values: [group, topic, partition, lastOffset + 1, firstOffset],
  });
  if (moved.rowCount === 1) return firstOffset;
  // the refused upsert holds the row's lock: what is read here stays so until the end of the transaction
  const stored = await transaction.query<{ next_offset: string }>(
    'SELECT next_offset FROM consumer_offset WHERE group_name = $1 AND topic = $2 AND partition = $3 FOR UPDATE',
    [group, topic, partition],
  );
  const nextOffset = Number(stored.rows[0]?.next_offset);
  if (nextOffset <= lastOffset) {
    await transaction.query(
      'UPDATE consumer_offset SET next_offset = $4 WHERE group_name = $1 AND topic = $2 AND partition = $3',
      [group, topic, partition, lastOffset + 1],
    );
  }
  return nextOffset;
};

/**
 * The effects of a batch and the offset it reaches, as one transaction of the consumer's database. A zombie waits for
 * the row's lock and then finds that there is nothing left to do; of a batch that was handled in part before, `work`
 * gets the rest only.
 * @example
 * await fenced(pool, batch, 'metering', (transaction, records) => count(transaction, records));
 */
export const fenced = <T>(
  pool: Pool,
  batch: RecordBatch,
  group: string,
  work: (transaction: PoolClient, records: readonly LogRecord[]) => Promise<T>,
): Promise<FencedResult<T>> =>
  inTransaction(pool, async (transaction) => {
    const from = await moveOffset(transaction, batch, group);
    if (from > batch.lastOffset) return { repeated: true };
    const records = from === batch.firstOffset ? batch.records : batch.records.filter(({ offset }) => offset >= from);
    return { done: await work(transaction, records) };
  });
