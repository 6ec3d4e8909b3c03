import type { ClientBase } from 'pg';
import type { NewRecord } from '../event-log.js';

const INSERT = `
  INSERT INTO outbox (topic, partition, key, headers, value)
  SELECT t, p, k, h, v FROM unnest($1::text[], $2::int[], $3::text[], $4::json[], $5::bytea[]) WITH ORDINALITY AS r (t, p, k, h, v, n)
  ORDER BY n`;

/**
 * Leaves records to be published after the transaction has committed, in this order. Records of one key that come from
 * transactions one after the other (as those of one partition's consumer do) are published in that order too.
 */
export async function writeOutbox(transaction: ClientBase, records: readonly NewRecord[]): Promise<void> {
  if (records.length === 0) return;
  await transaction.query({
    name: 'write-outbox',
    text: INSERT,
    values: [
      records.map((record) => record.topic),
      records.map((record) => record.partition),
      records.map((record) => record.key),
      records.map((record) => JSON.stringify(record.headers)),
      records.map((record) => (record.value === null ? null : Buffer.from(record.value))),
    ],
  });
}
