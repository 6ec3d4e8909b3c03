import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@leasehold/testing';
import pg from 'pg';
import {
  consumerMigrationSql,
  eventLogMigrationSql,
  type Decode,
  type LogRecord,
  type RecordBatch,
} from '../src/index.js';

export const TOPIC = { name: 'facts.v1', partitions: 4, cleanup: 'delete', retentionMs: null } as const;
export type TopicName = typeof TOPIC.name;
export const GROUP = 'counting';

export interface ConsumerDatabase {
  readonly pool: pg.Pool;
  /** What handlers of these tests write: a row for each event they count. */
  effects(): Promise<string[]>;
  /** The group's stored offset of a partition. */
  nextOffset(partition?: number): Promise<number>;
}

const TABLES = ['effect', 'consumer_offset', 'parked_record', 'parked_key'];
const LOG_TABLES = [
  'log_record',
  'log_partition',
  'log_topic',
  'log_member',
  'log_lease',
  'log_group',
  'log_group_offset',
];

/** A consuming service's database, and the log beside it; empty before each test. */
export const consumerDatabase = (): ConsumerDatabase => {
  let database: TestDatabase;
  let pool: pg.Pool;
  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new pg.Pool({ connectionString: database.url, max: 16 });
    pool.on('error', () => undefined); // some tests cut connections
    await pool.query(eventLogMigrationSql() + consumerMigrationSql());
    await pool.query('CREATE TABLE effect (id bigint GENERATED ALWAYS AS IDENTITY, label text NOT NULL)');
  });
  beforeEach(() => pool.query(`TRUNCATE ${[...TABLES, ...LOG_TABLES.map((t) => `event_log.${t}`)].join(', ')}`));
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });
  return {
    get pool() {
      return pool;
    },
    effects: async () =>
      (await pool.query<{ label: string }>('SELECT label FROM effect ORDER BY id')).rows.map(({ label }) => label),
    nextOffset: async (partition = 0) => {
      const { rows } = await pool.query<{ next_offset: string }>(
        'SELECT next_offset FROM consumer_offset WHERE group_name = $1 AND topic = $2 AND partition = $3',
        [GROUP, TOPIC.name, partition],
      );
      return Number(rows[0]?.next_offset ?? 0);
    },
  };
};

/** `key:text` becomes a record; the text is its value. */
export const recordsOf = (labels: readonly string[], firstOffset = 0, partition = 0): LogRecord[] =>
  labels.map((label, n) => ({
    topic: TOPIC.name,
    partition,
    offset: firstOffset + n,
    key: label.split(':')[0] ?? '',
    headers: { label },
    value: Buffer.from(label),
    timestamp: Date.UTC(2026, 0, 1),
  }));

export const batchOf = (labels: readonly string[], firstOffset = 0, life: Partial<RecordBatch> = {}): RecordBatch => ({
  topic: TOPIC.name,
  partition: 0,
  records: recordsOf(labels, firstOffset),
  firstOffset,
  lastOffset: firstOffset + labels.length - 1,
  heartbeat: () => Promise.resolve(),
  isStale: () => false,
  ...life,
});

/** Values that hold `unreadable` are none of ours. */
export const decodeLabel: Decode<string> = ({ value }) => {
  const label = Buffer.from(value ?? []).toString();
  return label.includes('unreadable') ? { unreadable: `no event type for ${label}` } : { ok: label };
};
