import type { Pool } from 'pg';
import { pause } from '../engine/pause.js';
import type { EventLog, NewRecord, Subscription, Topic } from '../event-log.js';
import { inTransaction } from '../in-transaction.js';
import { type ParkedRecord, toParkedRecord } from './parked-records.js';

const RETENTION_MS = 30 * 86_400_000;
const AT_ONCE = 100;

const nameOf = (topic: string, group: string): string => `${topic}.${group}.dlq`;

/** Where the records go that `group` could not handle: the partitions of the source, so that they keep their place. */
export const deadLetterTopic = (source: Topic, group: string): Topic => ({
  name: nameOf(source.name, group),
  partitions: source.partitions,
  cleanup: 'delete',
  retentionMs: RETENTION_MS,
});

/** The record as it was, with `x-original-*` headers about where it came from and why it is here. */
export const toDeadLetter = ({ record, reason, detail, parkedAt }: ParkedRecord, group: string): NewRecord => ({
  topic: nameOf(record.topic, group),
  partition: record.partition,
  key: record.key,
  headers: {
    ...record.headers,
    'x-original-topic': record.topic,
    'x-original-partition': String(record.partition),
    'x-original-offset': String(record.offset),
    'x-original-timestamp': new Date(record.timestamp).toISOString(),
    'x-original-group': group,
    'x-parked-at': parkedAt.toISOString(),
    'x-parked-reason': reason ?? 'handler',
    'x-parked-detail': detail ?? '',
  },
  value: record.value,
});

export interface DeadLetterFeed extends Subscription {
  /** Something was parked: publish it now. */
  kick(): void;
}

export interface DeadLetterFeedOptions {
  readonly pool: Pool;
  readonly log: Pick<EventLog, 'publish'>;
  readonly group: string;
  /** Rest between two looks without a kick, in milliseconds. */
  readonly everyMs: number;
  readonly onError: (error: unknown) => void;
}

/** Publishes up to a hundred parked records and notes that; after a crash in between they are published again. */
export const feedDeadLetters = ({
  pool,
  log,
  group,
}: Omit<DeadLetterFeedOptions, 'everyMs' | 'onError'>): Promise<number> =>
  inTransaction(pool, async (transaction) => {
    const { rows } = await transaction.query<Parameters<typeof toParkedRecord>[0]>(
      `SELECT * FROM parked_record WHERE group_name = $1 AND state <> 'waiting' AND published_at IS NULL
       ORDER BY id LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED`,
      [group],
    );
    if (rows.length === 0) return 0;
    await log.publish(rows.map((row) => toDeadLetter(toParkedRecord(row), group)));
    const ids = rows.map(({ id }) => id);
    await transaction.query('UPDATE parked_record SET published_at = now() WHERE id = ANY ($1)', [ids]);
    await transaction.query(`DELETE FROM parked_record WHERE id = ANY ($1) AND state = 'released'`, [ids]);
    return rows.length;
  });

/** The loop that keeps the dead-letter topics of a group fed from the table of parked records. */
export const startDeadLetterFeed = (options: DeadLetterFeedOptions): DeadLetterFeed => {
  let closed = false;
  let kicked = new AbortController();
  const run = async (): Promise<void> => {
    while (!closed) {
      const rest = kicked.signal;
      const published = await feedDeadLetters(options).catch((error: unknown) => {
        options.onError(error);
        return 0;
      });
      if (published < AT_ONCE) await pause(options.everyMs, rest);
      if (rest.aborted) kicked = new AbortController();
    }
  };
  const finished = run();
  return {
    kick: () => kicked.abort(),
    close: async () => {
      closed = true;
      kicked.abort();
      await finished;
    },
  };
};
