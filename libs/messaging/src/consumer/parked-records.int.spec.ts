import { beforeEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '@leasehold/testing';
import { batchOf, consumerDatabase, decodeLabel, GROUP, TOPIC } from '../../test/consumer-database.js';
import type { EventLog, LogRecord } from '../event-log.js';
import { createMemoryLog } from '../memory/create-memory-log.js';
import { createConsumer } from './create-consumer.js';
import { deadLetterTopic, feedDeadLetters, startDeadLetterFeed } from './dead-letter-feed.js';
import { listParked, releaseParked, replayParked, showParked } from './parked-records.js';

describe('parked records', () => {
  const database = consumerDatabase();
  let broken: Set<string>;
  beforeEach(() => {
    broken = new Set(['a:1']);
  });

  const effectOf = async (label: string, transaction: { query(text: string, values: unknown[]): Promise<unknown> }) => {
    await transaction.query('INSERT INTO effect (label) VALUES ($1)', [label]);
    if (broken.has(label)) throw new Error(`cannot ${label}`);
  };
  const consume = (labels: string[], firstOffset = 0) =>
    createConsumer<string>({
      group: GROUP,
      pool: database.pool,
      decode: decodeLabel,
      handle: async (events, _batch, transaction) => {
        for (const label of events) await effectOf(label, transaction);
      },
      hooks: {},
      trace: (_batch, run) => run(),
      retryDelaysMs: [],
      stopping: new AbortController().signal,
      monotonic: () => 0,
    })(batchOf(labels, firstOffset));
  const KEY_A = { group: GROUP, topic: TOPIC.name, partition: 0, key: 'a' };
  const replay = () =>
    replayParked<string>(
      {
        pool: database.pool,
        decode: decodeLabel,
        handle: (label, _record, transaction) => effectOf(label, transaction),
      },
      KEY_A,
    );
  const states = async () =>
    (await listParked(database.pool, { group: GROUP })).map(({ record, state }) => `${record.offset} ${state}`);
  const idOf = async (offset: number): Promise<string> => {
    const found = (await listParked(database.pool, { group: GROUP })).find(({ record }) => record.offset === offset);
    return found?.id ?? 'none';
  };

  describe('listing', () => {
    it('shows oldest first, by page, of one group and one topic', async () => {
      await consume(['a:1', 'a:2', 'a:3']);
      const page = await listParked(database.pool, { group: GROUP, limit: 2 });
      expect(page.map(({ record }) => record.offset)).toEqual([0, 1]);
      const next = await listParked(database.pool, { group: GROUP, afterId: page.at(-1)?.id ?? '' });
      expect(next.map(({ record }) => record.offset)).toEqual([2]);
      expect(await listParked(database.pool, { group: GROUP, topic: 'other.v1' })).toEqual([]);
      expect(await listParked(database.pool, { group: 'other' })).toEqual([]);
    });

    it('shows one with why it is there, to its own group only', async () => {
      await consume(['a:1']);
      const id = await idOf(0);
      expect(await showParked(database.pool, GROUP, id)).toMatchObject({
        state: 'failed',
        reason: 'handler',
        detail: 'Error: cannot a:1',
        publishedAt: null,
      });
      expect(await showParked(database.pool, 'other', id)).toBeUndefined();
    });
  });

  describe('replaying', () => {
    it('handles a key in order once its cause is gone, and frees the key', async () => {
      await consume(['a:1', 'b:1', 'a:2']);
      broken.clear();
      expect(await replay()).toEqual({ handled: 2, stoppedAt: undefined });
      await consume(['a:3'], 3);
      expect(await database.effects()).toEqual(['b:1', 'a:1', 'a:2', 'a:3']);
      expect(await states()).toEqual([]);
    });

    it('stops at the record that still fails, without its effects, and keeps the key parked', async () => {
      await consume(['a:1', 'a:2']);
      const result = await replay();
      expect(result).toMatchObject({ handled: 0, stoppedAt: { record: { offset: 0 }, detail: 'Error: cannot a:1' } });
      await consume(['a:3'], 2);
      expect(await database.effects()).toEqual([]);
      expect(await states()).toEqual(['0 failed', '1 waiting', '2 waiting']);
    });

    it('turns a waiting record into a failed one when it fails in its turn', async () => {
      await consume(['a:1', 'a:2']);
      broken = new Set(['a:2']);
      expect(await replay()).toMatchObject({ handled: 1, stoppedAt: { record: { offset: 1 } } });
      expect(await states()).toEqual(['1 failed']);
    });

    it('stops at what still cannot be read', async () => {
      await consume(['a:unreadable']);
      expect(await replay()).toMatchObject({ handled: 0, stoppedAt: { reason: 'unreadable' } });
    });

    it('finds nothing to do for a key that is not parked', async () => {
      expect(await replay()).toEqual({ handled: 0, stoppedAt: undefined });
    });

    it('loses no record that is parked while it runs', async () => {
      await consume(['a:1', ...Array.from({ length: 20 }, (_, n) => `a:w${n}`)]);
      broken.clear();
      const late = Array.from({ length: 10 }, (_, n) => n);
      const arriving = async () => {
        for (const n of late) await consume([`a:late${n}`], 21 + n);
      };
      await Promise.all([replay(), arriving()]);
      await replay();
      expect([...(await database.effects())]).toEqual([
        'a:1',
        ...Array.from({ length: 20 }, (_, n) => `a:w${n}`),
        ...late.map((n) => `a:late${n}`),
      ]);
    });
  });

  describe('releasing', () => {
    it('frees the key when nothing waits behind the record', async () => {
      await consume(['a:1']);
      expect(await releaseParked(database.pool, GROUP, await idOf(0))).toBe(true);
      await consume(['a:2'], 1);
      expect(await database.effects()).toEqual(['a:2']);
    });

    it('keeps what waits behind it for a replay', async () => {
      await consume(['a:1', 'a:2']);
      await releaseParked(database.pool, GROUP, await idOf(0));
      expect(await replay()).toEqual({ handled: 1, stoppedAt: undefined });
      expect(await database.effects()).toEqual(['a:2']);
    });

    it('says so when there is no such record in the group', async () => {
      await consume(['a:1']);
      expect(await releaseParked(database.pool, 'other', await idOf(0))).toBe(false);
      expect(await releaseParked(database.pool, GROUP, '0')).toBe(false);
    });
  });

  describe('the dead-letter topic', () => {
    const published = async (log: EventLog): Promise<LogRecord[]> => {
      const seen: LogRecord[] = [];
      const follower = await log.follow([deadLetterTopic(TOPIC, GROUP)], 'start', (batch) => {
        seen.push(...batch.records);
        return Promise.resolve();
      });
      await follower.caughtUp;
      await follower.close();
      return seen;
    };
    const withLog = async (test: (log: EventLog) => Promise<void>): Promise<void> => {
      const log = createMemoryLog();
      await log.createTopics([deadLetterTopic(TOPIC, GROUP)]);
      await test(log).finally(() => log.close());
    };

    it('gets a failed record with its value untouched and where it came from, once', () =>
      withLog(async (log) => {
        await consume(['a:1', 'a:2', 'b:1']);
        expect(await feedDeadLetters({ pool: database.pool, log, group: GROUP })).toBe(1);
        expect(await feedDeadLetters({ pool: database.pool, log, group: GROUP })).toBe(0);
        const [letter, ...more] = await published(log);
        expect(more).toEqual([]);
        expect(letter).toMatchObject({
          topic: 'facts.v1.counting.dlq',
          partition: 0,
          key: 'a',
          headers: {
            label: 'a:1',
            'x-original-topic': 'facts.v1',
            'x-original-partition': '0',
            'x-original-offset': '0',
            'x-original-timestamp': '2026-01-01T00:00:00.000Z',
            'x-original-group': GROUP,
            'x-parked-reason': 'handler',
            'x-parked-detail': 'Error: cannot a:1',
          },
        });
        expect(Buffer.from(letter?.value ?? []).toString()).toBe('a:1');
      }));

    it('gets a record that was released before it was published, which then leaves the table', () =>
      withLog(async (log) => {
        await consume(['a:1']);
        await releaseParked(database.pool, GROUP, await idOf(0));
        expect(await states()).toEqual(['0 released']);
        await feedDeadLetters({ pool: database.pool, log, group: GROUP });
        expect(await published(log)).toHaveLength(1);
        expect(await states()).toEqual([]);
      }));

    it('gets the record later when the log cannot take it now', () =>
      withLog(async (log) => {
        await consume(['a:1']);
        const away = { publish: () => Promise.reject(new Error('log is away')) };
        await expect(feedDeadLetters({ pool: database.pool, log: away, group: GROUP })).rejects.toThrow('away');
        await feedDeadLetters({ pool: database.pool, log, group: GROUP });
        expect(await published(log)).toHaveLength(1);
      }));

    it('is fed at once by a kick, without waiting for the next look', () =>
      withLog(async (log) => {
        const errors: unknown[] = [];
        const feed = startDeadLetterFeed({
          pool: database.pool,
          log,
          group: GROUP,
          everyMs: 3_600_000,
          onError: (error) => errors.push(error),
        });
        await consume(['a:1']);
        feed.kick();
        await waitFor(async () => (await published(log)).length === 1);
        await feed.close();
        expect(errors).toEqual([]);
      }));
  });
});
