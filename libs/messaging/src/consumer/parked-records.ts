import type { Pool, PoolClient } from 'pg';
import type { LogRecord, RecordHeaders } from '../event-log.js';
import { inTransaction } from '../in-transaction.js';
import { FatalConsumerError } from '../fatal-consumer-error.js';
import type { Decode } from './consume.js';
import { isTransient } from './is-transient.js';
import { sentenceOf } from './sentence-of.js';

export interface ParkedRecord {
  /** Names the row for `showParked` and `releaseParked`; a decimal number. */
  readonly id: string;
  readonly record: LogRecord;
  readonly state: 'failed' | 'waiting' | 'released';
  readonly reason: 'unreadable' | 'handler' | null;
  readonly detail: string | null;
  readonly parkedAt: Date;
  /** When it went to the dead-letter topic. */
  readonly publishedAt: Date | null;
}

interface ParkedRow extends Pick<ParkedRecord, 'id' | 'state' | 'reason' | 'detail'> {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: string;
  readonly headers: RecordHeaders;
  readonly value: Buffer | null;
  readonly recorded_at: Date;
  readonly parked_at: Date;
  readonly published_at: Date | null;
}

export const toParkedRecord = (row: ParkedRow): ParkedRecord => ({
  id: row.id,
  record: {
    topic: row.topic,
    partition: row.partition,
    offset: Number(row.offset),
    key: row.key,
    headers: row.headers,
    value: row.value,
    timestamp: row.recorded_at.getTime(),
  },
  state: row.state,
  reason: row.reason,
  detail: row.detail,
  parkedAt: row.parked_at,
  publishedAt: row.published_at,
});

/** Parked records of a group, oldest first; `afterId` is the last one of the page before. */
export const listParked = async (
  pool: Pool,
  { group, topic, afterId = '0', limit = 100 }: { group: string; topic?: string; afterId?: string; limit?: number },
): Promise<readonly ParkedRecord[]> => {
  const { rows } = await pool.query<ParkedRow>(
    `SELECT * FROM parked_record WHERE group_name = $1 AND ($2::text IS NULL OR topic = $2) AND id > $3 ORDER BY id LIMIT $4`,
    [group, topic ?? null, afterId, limit],
  );
  return rows.map(toParkedRecord);
};

export const showParked = async (pool: Pool, group: string, id: string): Promise<ParkedRecord | undefined> => {
  const { rows } = await pool.query<ParkedRow>('SELECT * FROM parked_record WHERE group_name = $1 AND id = $2', [
    group,
    id,
  ]);
  return rows.map(toParkedRecord)[0];
};

export interface ParkedKey {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
}

const parameters = ({ group, topic, partition, key }: ParkedKey) => [group, topic, partition, key];
const OF_KEY = 'group_name = $1 AND topic = $2 AND partition = $3 AND key = $4';

/** The lock that the consumer's fence takes: a key is not freed while records for it are being parked. */
const lockPartition = (transaction: PoolClient, { group, topic, partition }: ParkedKey) =>
  transaction.query(
    'SELECT 1 FROM consumer_offset WHERE group_name = $1 AND topic = $2 AND partition = $3 FOR UPDATE',
    [group, topic, partition],
  );

const firstOf = async (transaction: PoolClient, key: ParkedKey): Promise<ParkedRecord | undefined> => {
  const { rows } = await transaction.query<ParkedRow>(
    `SELECT * FROM parked_record WHERE ${OF_KEY} AND state <> 'released' ORDER BY "offset" LIMIT 1`,
    parameters(key),
  );
  return rows.map(toParkedRecord)[0];
};

const freeKey = (transaction: PoolClient, key: ParkedKey) =>
  transaction.query(`DELETE FROM parked_key WHERE ${OF_KEY}`, parameters(key));

export interface ReplayResult {
  readonly handled: number;
  /** The record that failed again; the key stays parked behind it. */
  readonly stoppedAt: ParkedRecord | undefined;
}

type Step = 'handled' | 'done' | { readonly stoppedAt: ParkedRecord };

/** Handles one event of a parked record; the batch of the log it came with is gone. */
export type HandleParked<E> = (event: E, record: LogRecord, transaction: PoolClient) => Promise<void>;

/**
 * Handles the parked records of a key in order, each in its own transaction, and frees the key after the last one.
 * Stops at the first that fails again.
 */
export const replayParked = async <E>(
  { pool, decode, handle }: { pool: Pool; decode: Decode<E>; handle: HandleParked<E> },
  key: ParkedKey,
): Promise<ReplayResult> => {
  const tryRecord = async (transaction: PoolClient, record: LogRecord): Promise<string | undefined> => {
    const decoded = decode(record);
    if ('unreadable' in decoded) return decoded.unreadable;
    await transaction.query('SAVEPOINT one_record');
    try {
      await handle(decoded.ok, record, transaction);
      return undefined;
    } catch (error) {
      if (error instanceof FatalConsumerError || isTransient(error)) throw error;
      await transaction.query('ROLLBACK TO SAVEPOINT one_record');
      return sentenceOf(error);
    }
  };

  const step = (): Promise<Step> =>
    inTransaction(pool, async (transaction) => {
      await lockPartition(transaction, key);
      const parked = await firstOf(transaction, key);
      if (parked === undefined) {
        await freeKey(transaction, key);
        return 'done';
      }
      const detail = await tryRecord(transaction, parked.record);
      if (detail === undefined) {
        await transaction.query('DELETE FROM parked_record WHERE id = $1', [parked.id]);
        return 'handled';
      }
      await transaction.query(
        `UPDATE parked_record SET state = 'failed', reason = coalesce(reason, 'handler'), detail = $2 WHERE id = $1`,
        [parked.id, detail.replaceAll('\0', ' ')],
      );
      return { stoppedAt: { ...parked, state: 'failed', detail } };
    });

  for (let handled = 0; ; handled++) {
    const outcome = await step();
    if (outcome === 'done') return { handled, stoppedAt: undefined };
    if (outcome !== 'handled') return { handled, stoppedAt: outcome.stoppedAt };
  }
};

/**
 * Gives up a parked record: it will never be handled. It leaves the table once it is in the dead-letter topic. What
 * waits behind it is handled by `replayParked`; with nothing behind it, the key is free.
 * @returns whether there was such a record
 */
export const releaseParked = (pool: Pool, group: string, id: string): Promise<boolean> =>
  inTransaction(pool, async (transaction) => {
    const { rows } = await transaction.query<ParkedRow>(
      `SELECT * FROM parked_record WHERE group_name = $1 AND id = $2 AND state <> 'released'`,
      [group, id],
    );
    const [found] = rows.map(toParkedRecord);
    if (found === undefined) return false;
    const { topic, partition, key } = found.record;
    await lockPartition(transaction, { group, topic, partition, key });
    const deleted = await transaction.query('DELETE FROM parked_record WHERE id = $1 AND published_at IS NOT NULL', [
      id,
    ]);
    if (deleted.rowCount === 0) {
      await transaction.query(`UPDATE parked_record SET state = 'released' WHERE id = $1`, [id]);
    }
    if ((await firstOf(transaction, { group, topic, partition, key })) === undefined) {
      await freeKey(transaction, { group, topic, partition, key });
    }
    return true;
  });
