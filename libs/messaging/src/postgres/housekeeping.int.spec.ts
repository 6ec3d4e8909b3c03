import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { consumerDatabase } from '../../test/consumer-database.js';
import type { EventLog, NewRecord, Topic } from '../event-log.js';
import { createPostgresLog } from './create-postgres-log.js';
import { housekeep } from './housekeeping.js';

const STATE: Topic = { name: 'state.v1', partitions: 1, cleanup: 'compact', retentionMs: null };
const DAY_MS = 86_400_000;

describe('housekeeping', () => {
  const database = consumerDatabase();
  let log: EventLog;
  beforeEach(async () => {
    log = createPostgresLog({ pool: database.pool, instanceId: 'keeper', onError: () => undefined });
    await log.createTopics([STATE]);
  });
  afterEach(() => log.close());

  const state = (key: string, value: string | null): NewRecord => ({
    topic: STATE.name,
    partition: 0,
    key,
    headers: {},
    value: value === null ? null : Buffer.from(value),
  });
  const offsets = async (): Promise<number[]> => {
    const { rows } = await database.pool.query<{ offset: string }>(
      'SELECT "offset" FROM event_log.log_record ORDER BY 1',
    );
    return rows.map(({ offset }) => Number(offset));
  };
  const compact = (compactAfterRecords = 1, tombstoneMs = DAY_MS) =>
    housekeep(database.pool, { compactAfterRecords, tombstoneMs });

  it('leaves a partition alone until enough has come to it', async () => {
    await log.publish([state('a', '1'), state('a', '2')]);
    await compact(3);
    expect(await offsets()).toEqual([0, 1]);
    await compact(2);
    expect(await offsets()).toEqual([1]);
  });

  it('drops what an earlier round has kept when a newer record of the key has come', async () => {
    await log.publish([state('a', '1'), state('b', '1')]);
    await compact();
    await log.publish([state('a', '2')]);
    await compact();
    expect(await offsets()).toEqual([1, 2]);
  });

  it('keeps a tombstone for its time, so that slow readers see it', async () => {
    await log.publish([state('a', '1'), state('a', null)]);
    await compact();
    expect(await offsets()).toEqual([1]);
    await compact(1, 0);
    expect(await offsets()).toEqual([]);
  });

  it('never drops a tombstone before the records it stands for', async () => {
    await log.publish([state('a', '1'), state('a', null)]);
    await compact(1_000, 0);
    expect(await offsets()).toEqual([0, 1]);
  });

  it('compacts more than one step holds', async () => {
    const rounds = Array.from({ length: 6 }, (_, round) =>
      Array.from({ length: 4_000 }, (_unused, n) => state(String(n % 2_000), `${round}`)),
    );
    for (const records of rounds) await log.publish(records);
    await compact();
    expect(await offsets()).toEqual(Array.from({ length: 2_000 }, (_, n) => 22_000 + n));
  });

  it('keeps the newest value of each key while others publish and compact at the same time', async () => {
    const keys = Array.from({ length: 10 }, (_, n) => `k${n}`);
    const publishing = (async () => {
      for (let n = 0; n < 60; n++) await log.publish(keys.map((key) => state(key, String(n))));
    })();
    const keeping = (async () => {
      for (let n = 0; n < 20; n++) await Promise.all([compact(), compact()]);
    })();
    await Promise.all([publishing, keeping]);
    await compact();
    const { rows } = await database.pool.query<{ value: Buffer }>('SELECT value FROM event_log.log_record');
    expect(rows.map(({ value }) => value.toString())).toEqual(keys.map(() => '59'));
  });

  it('drops only what is older than the retention, from the start', async () => {
    const facts: Topic = { name: 'facts.v1', partitions: 1, cleanup: 'delete', retentionMs: 7 * DAY_MS };
    await log.createTopics([facts]);
    await log.publish(['a', 'b', 'c'].map((key) => ({ ...state(key, '1'), topic: facts.name })));
    await database.pool.query(`UPDATE event_log.log_record SET at = now() - interval '8 days' WHERE "offset" < 2`);
    await compact();
    expect(await offsets()).toEqual([2]);
  });
});
