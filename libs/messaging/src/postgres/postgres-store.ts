import type { Pool } from 'pg';
import { type LogStore, READ_LIMIT } from '../engine/log-store.js';
import type { LogRecord, RecordHeaders } from '../event-log.js';
import { encodeAppend } from './encode-append.js';
import { groupOffsetStatements } from './group-offset-statements.js';
import { housekeep, type HousekeepingOptions } from './housekeeping.js';
import { leaseStatements } from './lease-statements.js';
import { memberStatements } from './member-statements.js';
import { topicStatements } from './topic-statements.js';

interface RecordRow {
  readonly offset: string;
  readonly key: string;
  readonly headers: RecordHeaders;
  readonly value: Buffer | null;
  readonly at: Date;
}

/** The statements of the embedded log; every one is short and safe to run in many processes. */
export const createPostgresStore = (pool: Pool, options: HousekeepingOptions & { leaseMs: number }): LogStore => ({
  ...topicStatements(pool),
  ...memberStatements(pool, options.leaseMs),
  ...leaseStatements(pool),
  ...groupOffsetStatements(pool),

  append: async (records) => {
    const { partitions, parameters } = encodeAppend(records);
    const { rows } = await pool.query<{ bases: string[] }>({
      name: 'event_log_append',
      text: 'SELECT event_log.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) AS bases',
      values: [...parameters],
    });
    const bases = rows[0]?.bases ?? [];
    return partitions.map(({ topic, partition, count }, slot) => ({
      topic,
      partition,
      endOffset: Number(bases[slot]) + count,
    }));
  },

  pulse: async () => {
    const { rows } = await pool.query<{ records: string; groups: string }>({
      name: 'event_log_pulse',
      text: `SELECT (SELECT coalesce(sum(next_offset), 0) FROM event_log.log_partition) AS records,
        (SELECT coalesce(sum(epoch), 0) FROM event_log.log_group) AS groups`,
    });
    return { records: Number(rows[0]?.records), groups: Number(rows[0]?.groups) };
  },

  ends: async () => {
    const { rows } = await pool.query<{ topic: string; partition: number; next_offset: string }>({
      name: 'event_log_ends',
      text: 'SELECT topic, partition, next_offset FROM event_log.log_partition',
    });
    return rows.map(({ topic, partition, next_offset }) => ({ topic, partition, endOffset: Number(next_offset) }));
  },

  read: async ({ topic, partition }, from, below) => {
    const { rows } = await pool.query<RecordRow>({
      name: 'event_log_read',
      text: `SELECT "offset", key, headers, value, at FROM (
          SELECT r.*, sum(coalesce(octet_length(value), 0)) OVER (ORDER BY "offset" ROWS UNBOUNDED PRECEDING)
            - coalesce(octet_length(value), 0) AS bytes_before
          FROM (SELECT "offset", key, headers, value, at FROM event_log.log_record
            WHERE topic = $1 AND partition = $2 AND "offset" >= $3 AND "offset" < $4
            ORDER BY "offset" LIMIT ${READ_LIMIT.records}) r
        ) sized WHERE bytes_before < ${READ_LIMIT.bytes} ORDER BY "offset"`,
      values: [topic, partition, from, below],
    });
    return rows.map(({ offset, key, headers, value, at }): LogRecord => ({
      topic,
      partition,
      offset: Number(offset),
      key,
      headers,
      value,
      timestamp: at.getTime(),
    }));
  },

  housekeep: () => housekeep(pool, options),
});
