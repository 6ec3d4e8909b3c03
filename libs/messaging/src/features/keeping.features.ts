import { describe, expect, it } from '@jest/globals';
import type { NewRecord, Topic } from '../event-log.js';
import {
  FACTS,
  STATE,
  text,
  record,
  numbered,
  until,
  consumer,
  type LogUnderTest,
  logFixture,
} from './fixture.features.js';

export const keepingFeatures = (start: () => Promise<LogUnderTest>): void => {
  describe('lag', () => {
    const on = logFixture(start);

    it('counts what a group has not handled, for every partition', async () => {
      await on.log.publish([...numbered(0, 3), ...numbered(1, 1)]);
      expect((await on.log.lag('g', [FACTS])).map(({ lag }) => lag)).toEqual([3, 1, 0, 0]);
      const reader = consumer();
      await on.log.subscribe(reader.subscription('g'), reader.handle);
      await until(async () => (await on.log.lag('g', [FACTS])).every(({ lag }) => lag === 0));
      expect((await on.log.lag('g', [FACTS]))[0]).toEqual({
        topic: FACTS.name,
        partition: 0,
        endOffset: 3,
        nextOffset: 3,
        lag: 0,
      });
    });
  });

  describe('compaction', () => {
    const on = logFixture(start);

    const state = (key: string, value: string | null): NewRecord => record(0, value, { topic: STATE.name, key });

    it('keeps the newest record of each key, under its offset', async () => {
      await on.log.publish([state('a', '1'), state('b', '1'), state('a', '2'), state('c', '1'), state('a', '3')]);
      await on.under.housekeep();
      const reader = consumer();
      await (
        await on.log.follow([STATE], 'start', reader.handle)
      ).caughtUp;
      expect(reader.seen.map(({ key, offset, value }) => [key, offset, text(value)])).toEqual([
        ['b', 1, '1'],
        ['c', 3, '1'],
        ['a', 4, '3'],
      ]);
    });

    it('forgets a key after its tombstone, and a reader still catches up when the end is a gap', async () => {
      await on.log.publish([state('a', '1'), state('b', '1'), state('a', null)]);
      await on.under.housekeep();
      const reader = consumer();
      const follower = await on.log.follow([STATE], 'start', reader.handle);
      await follower.caughtUp;
      expect(reader.seen.map(({ key }) => key)).toEqual(['b']);
      await on.log.publish([state('a', '2')]);
      expect(await follower.passedPresentEnd(10_000)).toBe(true);
      expect(reader.seen.map(({ key, offset }) => [key, offset])).toEqual([
        ['b', 1],
        ['a', 3],
      ]);
    });

    it('shows tombstones to who follows at the time', async () => {
      const reader = consumer();
      const follower = await on.log.follow([STATE], 'start', reader.handle);
      await on.log.publish([state('a', '1'), state('a', null)]);
      expect(await follower.passedPresentEnd(10_000)).toBe(true);
      expect(reader.seen.at(-1)?.value).toBeNull();
    });

    it('keeps every record of a topic of facts that has no retention', async () => {
      await on.log.publish(numbered(0, 3));
      await on.under.housekeep();
      const reader = consumer();
      await (
        await on.log.follow([FACTS], 'start', reader.handle)
      ).caughtUp;
      expect(reader.seen).toHaveLength(3);
    });

    it('drops facts older than the retention and keeps numbering', async () => {
      const short: Topic = { name: 'short.v1', partitions: 1, cleanup: 'delete', retentionMs: 0 };
      await on.log.createTopics([short]);
      const at = Date.now();
      await on.log.publish([record(0, 'old', { topic: short.name })]);
      await until(() => Date.now() > at + 2);
      await on.under.housekeep();
      await on.log.createTopics([{ ...short, retentionMs: null }]);
      await on.log.publish([record(0, 'new', { topic: short.name })]);
      const reader = consumer();
      await (
        await on.log.follow([{ ...short, retentionMs: null }], 'start', reader.handle)
      ).caughtUp;
      expect(reader.seen.map(({ offset, value }) => [offset, text(value)])).toEqual([[1, 'new']]);
    });
  });
};
