import { describe, expect, it } from '@jest/globals';
import type { LogRecord, RecordBatch } from '../event-log.js';
import { FatalConsumerError } from '../fatal-consumer-error.js';
import { FACTS, record, numbered, until, gate, consumer, type LogUnderTest, logFixture } from './fixture.features.js';

export const groupsFeatures = (start: () => Promise<LogUnderTest>): void => {
  describe('groups', () => {
    const on = logFixture(start);

    it('replays from offset 0 for a group that has handled nothing', async () => {
      await on.log.publish([...numbered(0, 3), ...numbered(2, 2)]);
      const reader = consumer();
      await on.log.subscribe(reader.subscription('g'), reader.handle);
      await until(() => reader.seen.length === 5);
      expect(reader.values(0)).toEqual(['0', '1', '2']);
    });

    it('starts where the consumer says it stands', async () => {
      await on.log.publish(numbered(1, 5));
      const reader = consumer(new Map([[`${FACTS.name}/1`, 3]]));
      await on.log.subscribe(reader.subscription('g'), reader.handle);
      await until(() => reader.seen.length === 2);
      expect(reader.values(1)).toEqual(['3', '4']);
    });

    it('shares the partitions among the members, each record handled by one of them', async () => {
      const offsets = new Map<string, number>();
      const members = [consumer(offsets), consumer(offsets), consumer(offsets)];
      for (const [n, member] of members.entries()) {
        await on.open(`m${n}`).subscribe(member.subscription('g'), member.handle);
      }
      let round = 0;
      await until(async () => {
        await on.log.publish([0, 1, 2, 3].map((partition) => record(partition, String(round))));
        round += 1;
        return members.every(({ seen }) => seen.length > 0);
      });
      const all = (): LogRecord[] => members.flatMap(({ seen }) => seen);
      await until(() => all().length >= round * 4);
      expect(new Set(all().map(({ partition, offset }) => `${partition}/${offset}`)).size).toBe(round * 4);
      expect(all()).toHaveLength(round * 4);
    });

    it('gives different groups all records each', async () => {
      const [one, two] = [consumer(), consumer()];
      await on.log.subscribe(one.subscription('g1'), one.handle);
      await on.log.subscribe(two.subscription('g2'), two.handle);
      await on.log.publish(numbered(0, 3));
      await until(() => one.seen.length === 3 && two.seen.length === 3);
    });

    it('hands the partitions of a member that leaves to those that stay', async () => {
      const offsets = new Map<string, number>();
      const [one, two] = [consumer(offsets), consumer(offsets)];
      const leaver = on.open('leaver');
      await leaver.subscribe(one.subscription('g'), one.handle);
      await on.log.subscribe(two.subscription('g'), two.handle);
      await leaver.close();
      await on.log.publish([0, 1, 2, 3].map((partition) => record(partition, 'after')));
      await until(() => two.seen.length === 4);
    });

    it('hands the partitions of a member that is gone to the others', async () => {
      const offsets = new Map<string, number>();
      const [gone, next] = [consumer(offsets), consumer(offsets)];
      const { opened, open: finish } = gate();
      const stuck: RecordBatch[] = [];
      await on.open('gone').subscribe(gone.subscription('g'), (batch) => {
        stuck.push(batch);
        return opened;
      });
      await on.log.publish(numbered(0, 1));
      await until(() => stuck.length === 1);
      await on.under.expireMembers('g');
      await on.log.subscribe(next.subscription('g'), next.handle);
      await until(() => next.seen.length === 1);
      finish();
    });

    it('lets a new boot of an instance take over from the old one without waiting', async () => {
      const [old, fresh] = [consumer(), consumer()];
      const { opened, open: finish } = gate();
      let stuck = false;
      await on.open('pod-1').subscribe(old.subscription('g'), () => {
        stuck = true;
        return opened;
      });
      await on.log.publish(numbered(0, 1));
      await until(() => stuck);
      await on.open('pod-1').subscribe(fresh.subscription('g'), fresh.handle);
      await until(() => fresh.seen.length === 1);
      finish();
    });

    it('tells a zombie that its batch is stale, and does not take its offset', async () => {
      const [zombie, heir] = [consumer(), consumer()];
      const { opened, open: finish } = gate();
      const stuck: RecordBatch[] = [];
      await on.open('zombie').subscribe(zombie.subscription('g'), async (batch) => {
        stuck.push(batch);
        await opened;
      });
      await on.log.publish(numbered(0, 1));
      await until(() => stuck.length === 1);
      expect(stuck[0]?.isStale()).toBe(false);
      await on.under.expireMembers('g');
      await on.log.subscribe(heir.subscription('g'), () => Promise.reject(new Error('not yet')));
      await until(() => stuck[0]?.isStale() === true);
      finish();
      expect((await on.log.lag('g', [FACTS]))[0]?.nextOffset).toBe(0);
    });

    it('lets a member whose lease ran out join again and go on', async () => {
      const reader = consumer();
      await on.log.subscribe(reader.subscription('g'), reader.handle);
      await on.log.publish(numbered(0, 1));
      await until(() => reader.seen.length === 1);
      await on.under.expireMembers('g');
      await on.log.publish(numbered(0, 1, 1));
      await until(() => reader.values(0).includes('1'));
    });

    it('delivers a batch again when the handler crashes, from the offset the consumer has stored', async () => {
      await on.log.publish(numbered(0, 3));
      const reader = consumer();
      let crashes = 2;
      await on.log.subscribe(reader.subscription('g'), (batch) => {
        if (crashes-- > 0) {
          reader.offsets.set(`${FACTS.name}/0`, 1);
          throw new TypeError('crash');
        }
        return reader.handle(batch);
      });
      await until(() => reader.seen.length === 2);
      expect(reader.values(0)).toEqual(['1', '2']);
    });

    it('does not hold up the other partitions while one fails', async () => {
      await on.log.publish([...numbered(0, 1), ...numbered(1, 1)]);
      const reader = consumer();
      await on.log.subscribe(reader.subscription('g'), (batch) =>
        batch.partition === 0 ? Promise.reject(new Error('always')) : reader.handle(batch),
      );
      await until(() => reader.values(1).length === 1);
      expect(reader.values(0)).toEqual([]);
    });

    it('ends the subscription and says so when a handler cannot go on', async () => {
      await on.log.publish(numbered(0, 1));
      const reader = consumer();
      let calls = 0;
      await on.log.subscribe(reader.subscription('g'), () => {
        calls += 1;
        return Promise.reject(new FatalConsumerError('broken for good'));
      });
      await until(() => reader.fatal.length === 1);
      expect(reader.fatal[0]?.message).toBe('broken for good');
      expect(calls).toBe(1);
    });

    it('leaves its partitions to the others when a handler cannot go on', async () => {
      const [broken, sound] = [consumer(), consumer()];
      await on.log.publish([0, 1, 2, 3].map((partition) => record(partition, 'x')));
      await on
        .open('broken')
        .subscribe(broken.subscription('g'), () => Promise.reject(new FatalConsumerError('broken for good')));
      await on.log.subscribe(sound.subscription('g'), sound.handle);
      await until(() => sound.seen.length === 4);
      expect(broken.fatal).toHaveLength(1);
    });

    it('waits for the handler under way when it is closed, and starts no other', async () => {
      const { opened, open: finish } = gate();
      let [started, finished] = [0, 0];
      const reader = consumer();
      const subscription = await on.log.subscribe(reader.subscription('g'), async () => {
        started += 1;
        await opened;
        finished += 1;
      });
      await on.log.publish(numbered(0, 1));
      await until(() => started === 1);
      const closed = subscription.close();
      await on.log.publish(numbered(0, 1, 1));
      finish();
      await closed;
      expect([started, finished]).toEqual([1, 1]);
      expect((await on.log.lag('g', [FACTS]))[0]).toMatchObject({ nextOffset: 1, endOffset: 2, lag: 1 });
    });
  });
};
