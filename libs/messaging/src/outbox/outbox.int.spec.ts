import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@leasehold/testing';
import pg from 'pg';
import type { NewRecord } from '../event-log.js';
import { sequenceMigrationSql } from '../sequence/sequence-migration.js';
import { takeUnseen } from '../sequence/take-unseen.js';
import { outboxMigrationSql } from './outbox-migration.js';
import { publishOutbox } from './publish-outbox.js';
import { writeOutbox } from './write-outbox.js';

let database: TestDatabase;
let pool: pg.Pool;

const record = (n: number): NewRecord => ({
  topic: 'told',
  partition: n % 3,
  key: `key-${String(n % 5)}`,
  headers: { ce_id: String(n) },
  value: n % 7 === 0 ? null : Buffer.from([n % 256, 0, 255]),
});
const records = (from: number, count: number): NewRecord[] => Array.from({ length: count }, (_, n) => record(from + n));

/** A log that keeps what it was given, and fails when told to. */
const recordingLog = () => {
  const published: NewRecord[] = [];
  const log = {
    published,
    down: false,
    publish: (batch: readonly NewRecord[]): Promise<void> => {
      if (log.down) return Promise.reject(new Error('the log is away'));
      published.push(...batch);
      return Promise.resolve();
    },
  };
  return log;
};

const write = async (batch: readonly NewRecord[], end: 'COMMIT' | 'ROLLBACK' = 'COMMIT'): Promise<void> => {
  const client = await pool.connect();
  await client.query('BEGIN');
  await writeOutbox(client, batch);
  await client.query(end);
  client.release();
};

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 5 });
  pool.on('error', () => undefined);
  await pool.query(outboxMigrationSql() + sequenceMigrationSql());
});
beforeEach(() => pool.query('TRUNCATE outbox'));
afterAll(async () => {
  await pool.end();
  await database.drop();
});

describe('the outbox', () => {
  it('publishes what was committed, in order and byte for byte, once', async () => {
    const log = recordingLog();
    await write(records(1, 1_200));
    await write(records(5_000, 10), 'ROLLBACK');
    expect(await publishOutbox(pool, log)).toBe(1_200);
    expect(log.published).toEqual(records(1, 1_200));
    expect(await publishOutbox(pool, log)).toBe(0);
  });

  it('keeps everything while the log is away', async () => {
    const log = recordingLog();
    log.down = true;
    await write(records(1, 3));
    await expect(publishOutbox(pool, log)).rejects.toThrow('the log is away');
    log.down = false;
    await publishOutbox(pool, log);
    expect(log.published).toEqual(records(1, 3));
  });

  it('finds a row that was committed after younger ones', async () => {
    const log = recordingLog();
    const slow = await pool.connect();
    await slow.query('BEGIN');
    await writeOutbox(slow, [record(1)]);
    await write([record(2)]);
    await publishOutbox(pool, log);
    await slow.query('COMMIT');
    slow.release();
    await publishOutbox(pool, log);
    expect(log.published).toEqual([record(2), record(1)]);
  });

  it('has one publisher at a time', async () => {
    await write(records(1, 5));
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let entered = (): void => undefined;
    const inside = new Promise<void>((resolve) => (entered = resolve));
    const first = publishOutbox(pool, { publish: () => (entered(), held) });
    await inside;
    const second = recordingLog();
    expect(await publishOutbox(pool, second)).toBe(0);
    release();
    expect(await first).toBe(5);
    expect(second.published).toEqual([]);
  });
});

describe('taking what is unseen', () => {
  const take = async (first: number, items: string[], end: 'COMMIT' | 'ROLLBACK' = 'COMMIT') => {
    const client = await pool.connect();
    await client.query('BEGIN');
    const unseen = await takeUnseen(client, 3, [{ boot: 'boot-1', first, items }]);
    await client.query(end);
    client.release();
    return unseen.items;
  };

  it('counts each item once over transactions, and again what a rollback forgot', async () => {
    expect(await take(1, ['a', 'b'])).toEqual(['a', 'b']);
    expect(await take(2, ['b', 'c'], 'ROLLBACK')).toEqual(['c']);
    expect(await take(2, ['b', 'c'])).toEqual(['c']);
    expect(await take(1, ['a', 'b', 'c'])).toEqual([]);
  });
});
