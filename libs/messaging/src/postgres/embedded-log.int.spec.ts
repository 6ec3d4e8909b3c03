import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '@leasehold/testing';
import pg from 'pg';
import { consumerDatabase, TOPIC } from '../../test/consumer-database.js';
import type { EventLog, NewRecord } from '../event-log.js';
import { createPostgresLog } from './create-postgres-log.js';
import { eventLogGrantSql, eventLogMigrationSql } from './event-log-migration.js';

const record = (partition: number, label: string): NewRecord => ({
  topic: TOPIC.name,
  partition,
  key: label,
  headers: {},
  value: Buffer.from(label),
});

describe('the embedded log', () => {
  const database = consumerDatabase();
  let closing: (() => Promise<void>)[];
  let errors: unknown[];
  beforeEach(() => {
    closing = [];
    errors = [];
  });
  afterEach(async () => {
    for (const close of closing.reverse()) await close();
  });

  const poolAs = (user?: string): pg.Pool => {
    const url = new URL(String(database.pool.options.connectionString));
    if (user !== undefined) url.username = user;
    const pool = new pg.Pool({ connectionString: url.href, max: 4, application_name: 'log_under_test' });
    closing.push(() => pool.end());
    return pool;
  };
  const logOn = (pool: pg.Pool, instanceId = 'one'): EventLog => {
    const log = createPostgresLog({ pool, instanceId, pollMs: 10, heartbeatMs: 30, onError: (e) => errors.push(e) });
    closing.push(() => log.close());
    return log;
  };
  const follow = async (log: EventLog): Promise<string[]> => {
    const seen: string[] = [];
    await log.follow([TOPIC], 'start', (batch) => {
      seen.push(...batch.records.map(({ key }) => key));
      return Promise.resolve();
    });
    return seen;
  };

  it('is migrated again without harm', async () => {
    const log = logOn(database.pool);
    await log.createTopics([TOPIC]);
    await log.publish([record(0, 'before')]);
    await database.pool.query(eventLogMigrationSql());
    await log.publish([record(0, 'after')]);
    const seen = await follow(log);
    await waitFor(() => seen.length === 2);
  });

  it('serves a role that has what eventLogGrantSql grants, and nothing more', async () => {
    const role = `log "user" ${process.pid}`;
    const quoted = `"${role.replaceAll('"', '""')}"`;
    await database.pool.query(`CREATE ROLE ${quoted} LOGIN; ${eventLogGrantSql(role)}`);
    closing.push(() => database.pool.query(`DROP OWNED BY ${quoted}; DROP ROLE ${quoted}`).then(() => undefined));
    const log = logOn(poolAs(encodeURIComponent(role)));
    await log.createTopics([TOPIC]);
    await log.publish([record(0, 'a')]);
    const seen: string[] = [];
    await log.subscribe(
      { group: 'g', topics: [TOPIC], startOffset: () => Promise.resolve(0), onFatal: (error) => errors.push(error) },
      (batch) => {
        seen.push(...batch.records.map(({ key }) => key));
        return Promise.resolve();
      },
    );
    await waitFor(async () => (await log.lag('g', [TOPIC])).every(({ lag }) => lag === 0) && seen.length === 1);
    expect(errors).toEqual([]);
  });

  it('goes on by itself after all its connections were cut', async () => {
    const log = logOn(poolAs());
    await log.createTopics([TOPIC]);
    const seen = await follow(log);
    await log.publish([record(0, 'before')]);
    await waitFor(() => seen.includes('before'));
    await database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'log_under_test' AND datname = current_database()`,
    );
    await waitFor(() => log.publish([record(0, 'after')]).then(() => true));
    await waitFor(() => seen.includes('after'));
    expect(seen[0]).toBe('before');
  });

  it('says what goes wrong while its database does not answer, and rejects what is published', async () => {
    const pool = new pg.Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/none' });
    const log = logOn(pool, 'cut off');
    await expect(log.publish([record(0, 'a')])).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expect(follow(log)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await pool.end();
  });

  it('wakes a reader of the same process without a poll', async () => {
    const log = createPostgresLog({
      pool: database.pool,
      instanceId: 'lone',
      pollMs: 3_600_000,
      onError: (error) => errors.push(error),
    });
    closing.push(() => log.close());
    await log.createTopics([TOPIC]);
    const seen = await follow(log);
    await log.publish([record(2, 'a')]);
    await waitFor(() => seen.length === 1);
  });

  it('keeps publishers of many partitions from blocking each other in a circle', async () => {
    const publishers = ['one', 'two', 'three', 'four'].map((instance) => logOn(database.pool, instance));
    await publishers[0]?.createTopics([TOPIC]);
    const orders = [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [1, 3, 0, 2],
      [2, 0, 3, 1],
    ];
    await Promise.all(
      publishers.map(async (log, p) => {
        for (let n = 0; n < 40; n++) await log.publish((orders[p] ?? []).map((partition) => record(partition, `${p}`)));
      }),
    );
    expect((await publishers[0]?.lag('g', [TOPIC]))?.map(({ endOffset }) => endOffset)).toEqual([160, 160, 160, 160]);
  });
});
