import type { PoolClient } from 'pg';
import type { LogRecord } from '../event-log.js';
import type { Delivery } from './consume.js';
import type { PartitionId } from '../engine/log-store.js';

/** Keys of the partition whose records have to wait. */
export const parkedKeysOf = async (
  transaction: PoolClient,
  group: string,
  { topic, partition }: PartitionId,
): Promise<ReadonlySet<string>> => {
  const { rows } = await transaction.query<{ key: string }>({
    name: 'consumer_parked_keys',
    text: 'SELECT key FROM parked_key WHERE group_name = $1 AND topic = $2 AND partition = $3',
    values: [group, topic, partition],
  });
  return new Set(rows.map(({ key }) => key));
};

interface ParkedRow {
  readonly record: LogRecord;
  readonly state: 'failed' | 'waiting';
  readonly reason: string | null;
  readonly detail: string | null;
}

const insertRow = (transaction: PoolClient, group: string, { record, state, reason, detail }: ParkedRow) =>
  transaction.query(
    `INSERT INTO parked_record (group_name, topic, partition, "offset", key, headers, value, recorded_at, state, reason, detail)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     ON CONFLICT (group_name, topic, partition, key, "offset") DO NOTHING`,
    [
      group,
      record.topic,
      record.partition,
      record.offset,
      record.key,
      JSON.stringify(record.headers),
      record.value,
      new Date(record.timestamp),
      state,
      reason,
      detail?.replaceAll('\0', ' ') ?? null, // PostgreSQL's text has no NUL
    ],
  );

/** Stores what could not be handled and what waits behind it, in the transaction that moves the offset over them. */
export const parkRecords = async (transaction: PoolClient, group: string, delivery: Delivery): Promise<void> => {
  for (const { record, reason, detail } of delivery.failed) {
    await insertRow(transaction, group, { record, state: 'failed', reason, detail });
    await transaction.query(
      `INSERT INTO parked_key (group_name, topic, partition, key) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
      [group, record.topic, record.partition, record.key],
    );
  }
  for (const record of delivery.waiting) {
    await insertRow(transaction, group, { record, state: 'waiting', reason: null, detail: null });
  }
};
