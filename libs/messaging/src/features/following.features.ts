import { describe, expect, it } from '@jest/globals';
import type { RecordBatch } from '../event-log.js';
import {
  FACTS,
  STATE,
  record,
  numbered,
  until,
  gate,
  consumer,
  type LogUnderTest,
  logFixture,
} from './fixture.features.js';

export const followingFeatures = (start: () => Promise<LogUnderTest>): void => {
  describe('following', () => {
    const on = logFixture(start);

    it('gives every follower everything, also what is published later by another process', async () => {
      const [one, two] = [consumer(), consumer()];
      await on.log.publish(numbered(0, 2));
      const followers = [
        await on.log.follow([FACTS], 'start', one.handle),
        await on.open('b').follow([FACTS], 'start', two.handle),
      ];
      await on.open('c').publish(numbered(0, 2, 2));
      for (const follower of followers) expect(await follower.passedPresentEnd(10_000)).toBe(true);
      expect(one.values(0)).toEqual(['0', '1', '2', '3']);
      expect(two.values(0)).toEqual(['0', '1', '2', '3']);
    });

    it('has caught up at once with an empty log', async () => {
      const follower = await on.log.follow([FACTS, STATE], 'start', consumer().handle);
      await follower.caughtUp;
      expect(await follower.passedPresentEnd(10_000)).toBe(true);
    });

    it('has not caught up before the handler is done with what was there at the start', async () => {
      await on.log.publish(numbered(0, 1));
      const { opened, open: finish } = gate();
      let caughtUp = false;
      let started = false;
      const follower = await on.log.follow([FACTS], 'start', () => {
        started = true;
        return opened;
      });
      void follower.caughtUp.then(() => (caughtUp = true));
      await until(() => started);
      expect(await follower.passedPresentEnd(20)).toBe(false);
      expect(caughtUp).toBe(false);
      finish();
      await follower.caughtUp;
    });

    it('gives a batch again until the handler succeeds, and goes on in order', async () => {
      await on.log.publish(numbered(0, 2));
      const reader = consumer();
      let failures = 2;
      const follower = await on.log.follow([FACTS], 'start', (batch) =>
        failures-- > 0 ? Promise.reject(new Error('not now')) : reader.handle(batch),
      );
      await on.log.publish(numbered(0, 1, 2));
      expect(await follower.passedPresentEnd(10_000)).toBe(true);
      expect(reader.values(0)).toEqual(['0', '1', '2']);
    });

    it('knows when it last made progress', async () => {
      const follower = await on.log.follow([FACTS], 'start', consumer().handle);
      const before = follower.lastProgressAt();
      await on.log.publish(numbered(0, 1));
      await until(() => follower.lastProgressAt() > before);
    });

    it('splits what is there into batches of at most 1,000 records and about 1 MiB', async () => {
      const small = Array.from({ length: 2_100 }, (_, n) => record(0, String(n)));
      const large = Array.from({ length: 5 }, () => record(1, 'x'.repeat(400_000)));
      await on.log.publish([...small, ...large]);
      const batches: RecordBatch[] = [];
      const follower = await on.log.follow([FACTS], 'start', (batch) => {
        batches.push(batch);
        return Promise.resolve();
      });
      await follower.caughtUp;
      const sizes = (partition: number) =>
        batches.filter((batch) => batch.partition === partition).map(({ records }) => records.length);
      expect(sizes(0)).toEqual([1_000, 1_000, 100]);
      expect(sizes(1)).toEqual([3, 2]);
      for (const batch of batches) {
        expect(batch.firstOffset).toBe(batch.records[0]?.offset);
        expect(batch.lastOffset).toBe(batch.records.at(-1)?.offset);
      }
    });

    it('rejects caughtUp when it is closed before', async () => {
      await on.log.publish(numbered(0, 1));
      const { opened, open: finish } = gate();
      let started = false;
      const follower = await on.log.follow([FACTS], 'start', async () => {
        started = true;
        await opened;
        throw new Error('not handled');
      });
      await until(() => started);
      const closed = follower.close();
      finish();
      await closed;
      await expect(follower.caughtUp).rejects.toThrow('closed');
    });
  });
};
