import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type {
  BatchHandler,
  EventLog,
  GroupSubscription,
  LogRecord,
  NewRecord,
  RecordBatch,
  Topic,
} from './event-log.js';
import { FatalConsumerError } from './fatal-consumer-error.js';

/** One log, reached by any number of processes. */
export interface LogUnderTest {
  /** A process at the log. An `instance` runs one process at a time: a second one is a new boot of it. */
  open(instance: string): EventLog;
  /** Compaction and retention, now; tombstones that were compacted go without waiting. */
  housekeep(): Promise<void>;
  /** Drops the members of a group as if their leases had run out. */
  expireMembers(group: string): Promise<void>;
  close(): Promise<void>;
}

const FACTS: Topic = { name: 'facts.v1', partitions: 4, cleanup: 'delete', retentionMs: null };
const STATE: Topic = { name: 'state.v1', partitions: 2, cleanup: 'compact', retentionMs: null };

const text = (value: Uint8Array | null): string | null => (value === null ? null : Buffer.from(value).toString());
const record = (partition: number, value: string | null, more: Partial<NewRecord> = {}): NewRecord => ({
  topic: FACTS.name,
  partition,
  key: `key-${partition}`,
  headers: {},
  value: value === null ? null : Buffer.from(value),
  ...more,
});
const numbered = (partition: number, count: number, from = 0): NewRecord[] =>
  Array.from({ length: count }, (_, n) => record(partition, String(from + n)));

/** Waits until `holds`; the test's own time limit ends a wait in vain. */
const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
};
const gate = () => {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
};

/** A consumer as the port asks for it: it keeps its own offsets, in memory here. */
const consumer = (offsets = new Map<string, number>()) => {
  const seen: LogRecord[] = [];
  const fatal: Error[] = [];
  const handle: BatchHandler = (batch) => {
    seen.push(...batch.records);
    offsets.set(`${batch.topic}/${batch.partition}`, batch.lastOffset + 1);
    return Promise.resolve();
  };
  const subscription = (group: string, topics: readonly Topic[] = [FACTS]): GroupSubscription => ({
    group,
    topics,
    startOffset: (topic, partition) => Promise.resolve(offsets.get(`${topic}/${partition}`) ?? 0),
    onFatal: (error) => fatal.push(error),
  });
  const values = (partition: number): (string | null)[] =>
    seen.filter((found) => found.partition === partition).map(({ value }) => text(value));
  return { seen, fatal, offsets, handle, subscription, values };
};

/** What every driver of the log guarantees. */
export const messagingFeatures = (driver: string, start: () => Promise<LogUnderTest>): void => {
  describe(`the event log (${driver})`, () => {
    let under: LogUnderTest;
    let log: EventLog;
    let others: EventLog[];

    const open = (instance: string): EventLog => {
      const other = under.open(instance);
      others.push(other);
      return other;
    };

    beforeEach(async () => {
      under = await start();
      others = [];
      log = open('a');
      await log.createTopics([FACTS, STATE]);
    });
    afterEach(async () => {
      await Promise.all(others.map((other) => other.close()));
      await under.close();
    });

    describe('publishing', () => {
      it('keeps the order of each partition and numbers its records from 0 without holes', async () => {
        await log.publish([...numbered(0, 3), ...numbered(1, 2), ...numbered(0, 2, 3)]);
        const reader = consumer();
        const follower = await log.follow([FACTS], 'start', reader.handle);
        await follower.caughtUp;
        expect(reader.values(0)).toEqual(['0', '1', '2', '3', '4']);
        expect(reader.values(1)).toEqual(['0', '1']);
        expect(reader.seen.filter(({ partition }) => partition === 0).map(({ offset }) => offset)).toEqual([
          0, 1, 2, 3, 4,
        ]);
      });

      it('keeps the order of calls that are not waited for', async () => {
        await Promise.all(Array.from({ length: 50 }, (_, n) => log.publish([record(2, String(n))])));
        const reader = consumer();
        await (
          await log.follow([FACTS], 'start', reader.handle)
        ).caughtUp;
        expect(reader.values(2)).toEqual(Array.from({ length: 50 }, (_, n) => String(n)));
      });

      it('gives keys, headers and values back byte for byte', async () => {
        const value = Uint8Array.from({ length: 256 }, (_, n) => n);
        const headers = { ce_id: '1', quote: `"'\\{},`, unicode: 'ß €𝄞', empty: '', null: 'NULL', nul: '\0' };
        const sent = [
          record(0, null, { key: 'a"b\\c,{d} €', headers, value }),
          record(0, null, { key: '', value: new Uint8Array(0) }),
          record(0, null, { key: 'NULL', value: null }),
        ];
        await log.publish(sent);
        const reader = consumer();
        await (
          await log.follow([FACTS], 'start', reader.handle)
        ).caughtUp;
        const plain = reader.seen.map(({ key, headers: found, value: bytes }) => ({
          key,
          headers: found,
          value: bytes && [...bytes],
        }));
        expect(plain).toEqual(
          sent.map((one) => ({ key: one.key, headers: one.headers, value: one.value && [...one.value] })),
        );
      });

      it('notes when it took a record, never going back within a partition', async () => {
        const before = Date.now();
        await log.publish(numbered(0, 2));
        await log.publish(numbered(0, 2));
        const reader = consumer();
        await (
          await log.follow([FACTS], 'start', reader.handle)
        ).caughtUp;
        const times = reader.seen.map(({ timestamp }) => timestamp);
        expect(times).toEqual([...times].sort((a, b) => a - b));
        expect(Math.abs((times[0] ?? 0) - before)).toBeLessThan(60_000);
      });

      it('stores nothing of a publish that names an unknown topic, an unknown partition or an impossible key', async () => {
        await expect(log.publish([record(0, 'a'), record(0, 'b', { topic: 'none.v1' })])).rejects.toThrow('none.v1');
        await expect(log.publish([record(0, 'a'), record(4, 'b')])).rejects.toThrow('partition 4');
        await expect(log.publish([record(0, 'a'), record(0, 'b', { key: 'a\0b' })])).rejects.toThrow('NUL');
        expect((await log.lag('any', [FACTS])).map(({ endOffset }) => endOffset)).toEqual([0, 0, 0, 0]);
      });

      it('keeps offsets dense and each publisher in order with several processes publishing at once', async () => {
        const publishers = [log, open('b'), open('c')];
        await Promise.all(
          publishers.map(async (publisher, p) => {
            for (let n = 0; n < 20; n++) {
              await publisher.publish([record(0, `${p}:${n}`), record(3, `${p}:${n}`), record(1, `${p}:${n}`)]);
            }
          }),
        );
        const reader = consumer();
        await (
          await log.follow([FACTS], 'start', reader.handle)
        ).caughtUp;
        for (const partition of [0, 1, 3]) {
          const found = reader.seen.filter((one) => one.partition === partition);
          expect(found.map(({ offset }) => offset)).toEqual(Array.from({ length: 60 }, (_, n) => n));
          for (const p of [0, 1, 2]) {
            const own = reader.values(partition).filter((value) => value?.startsWith(`${p}:`));
            expect(own).toEqual(Array.from({ length: 20 }, (_, n) => `${p}:${n}`));
          }
        }
      });

      it('never shows a reader a record before those of lower offsets', async () => {
        const reader = consumer();
        const follower = await open('reader').follow([FACTS], 'start', reader.handle);
        const publishers = [log, open('b'), open('c')];
        await Promise.all(
          publishers.flatMap((publisher) => Array.from({ length: 30 }, () => publisher.publish(numbered(1, 3)))),
        );
        expect(await follower.passedPresentEnd(10_000)).toBe(true);
        expect(reader.seen.map(({ offset }) => offset)).toEqual(Array.from({ length: 270 }, (_, n) => n));
      });

      it('keeps what was published for a process that starts later', async () => {
        await log.publish(numbered(1, 3));
        await log.close();
        const reader = consumer();
        await (
          await open('later').follow([FACTS], 'start', reader.handle)
        ).caughtUp;
        expect(reader.values(1)).toEqual(['0', '1', '2']);
      });

      it('refuses to change the partition count of a topic and takes the same topic again', async () => {
        await log.createTopics([FACTS]);
        await expect(log.createTopics([{ ...FACTS, partitions: 5 }])).rejects.toThrow(/partitions/);
      });

      it('refuses to publish once it is closed', async () => {
        await log.close();
        await expect(log.publish(numbered(0, 1))).rejects.toThrow('closed');
      });
    });

    describe('following', () => {
      it('gives every follower everything, also what is published later by another process', async () => {
        const [one, two] = [consumer(), consumer()];
        await log.publish(numbered(0, 2));
        const followers = [
          await log.follow([FACTS], 'start', one.handle),
          await open('b').follow([FACTS], 'start', two.handle),
        ];
        await open('c').publish(numbered(0, 2, 2));
        for (const follower of followers) expect(await follower.passedPresentEnd(10_000)).toBe(true);
        expect(one.values(0)).toEqual(['0', '1', '2', '3']);
        expect(two.values(0)).toEqual(['0', '1', '2', '3']);
      });

      it('has caught up at once with an empty log', async () => {
        const follower = await log.follow([FACTS, STATE], 'start', consumer().handle);
        await follower.caughtUp;
        expect(await follower.passedPresentEnd(10_000)).toBe(true);
      });

      it('has not caught up before the handler is done with what was there at the start', async () => {
        await log.publish(numbered(0, 1));
        const { opened, open: finish } = gate();
        let caughtUp = false;
        let started = false;
        const follower = await log.follow([FACTS], 'start', () => {
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
        await log.publish(numbered(0, 2));
        const reader = consumer();
        let failures = 2;
        const follower = await log.follow([FACTS], 'start', (batch) =>
          failures-- > 0 ? Promise.reject(new Error('not now')) : reader.handle(batch),
        );
        await log.publish(numbered(0, 1, 2));
        expect(await follower.passedPresentEnd(10_000)).toBe(true);
        expect(reader.values(0)).toEqual(['0', '1', '2']);
      });

      it('knows when it last made progress', async () => {
        const follower = await log.follow([FACTS], 'start', consumer().handle);
        const before = follower.lastProgressAt();
        await log.publish(numbered(0, 1));
        await until(() => follower.lastProgressAt() > before);
      });

      it('splits what is there into batches of at most 1,000 records and about 1 MiB', async () => {
        const small = Array.from({ length: 2_100 }, (_, n) => record(0, String(n)));
        const large = Array.from({ length: 5 }, () => record(1, 'x'.repeat(400_000)));
        await log.publish([...small, ...large]);
        const batches: RecordBatch[] = [];
        const follower = await log.follow([FACTS], 'start', (batch) => {
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
        await log.publish(numbered(0, 1));
        const { opened, open: finish } = gate();
        let started = false;
        const follower = await log.follow([FACTS], 'start', async () => {
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

    describe('groups', () => {
      it('replays from offset 0 for a group that has handled nothing', async () => {
        await log.publish([...numbered(0, 3), ...numbered(2, 2)]);
        const reader = consumer();
        await log.subscribe(reader.subscription('g'), reader.handle);
        await until(() => reader.seen.length === 5);
        expect(reader.values(0)).toEqual(['0', '1', '2']);
      });

      it('starts where the consumer says it stands', async () => {
        await log.publish(numbered(1, 5));
        const reader = consumer(new Map([[`${FACTS.name}/1`, 3]]));
        await log.subscribe(reader.subscription('g'), reader.handle);
        await until(() => reader.seen.length === 2);
        expect(reader.values(1)).toEqual(['3', '4']);
      });

      it('shares the partitions among the members, each record handled by one of them', async () => {
        const offsets = new Map<string, number>();
        const members = [consumer(offsets), consumer(offsets), consumer(offsets)];
        for (const [n, member] of members.entries()) {
          await open(`m${n}`).subscribe(member.subscription('g'), member.handle);
        }
        let round = 0;
        await until(async () => {
          await log.publish([0, 1, 2, 3].map((partition) => record(partition, String(round))));
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
        await log.subscribe(one.subscription('g1'), one.handle);
        await log.subscribe(two.subscription('g2'), two.handle);
        await log.publish(numbered(0, 3));
        await until(() => one.seen.length === 3 && two.seen.length === 3);
      });

      it('hands the partitions of a member that leaves to those that stay', async () => {
        const offsets = new Map<string, number>();
        const [one, two] = [consumer(offsets), consumer(offsets)];
        const leaver = open('leaver');
        await leaver.subscribe(one.subscription('g'), one.handle);
        await log.subscribe(two.subscription('g'), two.handle);
        await leaver.close();
        await log.publish([0, 1, 2, 3].map((partition) => record(partition, 'after')));
        await until(() => two.seen.length === 4);
      });

      it('hands the partitions of a member that is gone to the others', async () => {
        const offsets = new Map<string, number>();
        const [gone, next] = [consumer(offsets), consumer(offsets)];
        const { opened, open: finish } = gate();
        const stuck: RecordBatch[] = [];
        await open('gone').subscribe(gone.subscription('g'), (batch) => {
          stuck.push(batch);
          return opened;
        });
        await log.publish(numbered(0, 1));
        await until(() => stuck.length === 1);
        await under.expireMembers('g');
        await log.subscribe(next.subscription('g'), next.handle);
        await until(() => next.seen.length === 1);
        finish();
      });

      it('lets a new boot of an instance take over from the old one without waiting', async () => {
        const [old, fresh] = [consumer(), consumer()];
        const { opened, open: finish } = gate();
        let stuck = false;
        await open('pod-1').subscribe(old.subscription('g'), () => {
          stuck = true;
          return opened;
        });
        await log.publish(numbered(0, 1));
        await until(() => stuck);
        await open('pod-1').subscribe(fresh.subscription('g'), fresh.handle);
        await until(() => fresh.seen.length === 1);
        finish();
      });

      it('tells a zombie that its batch is stale, and does not take its offset', async () => {
        const [zombie, heir] = [consumer(), consumer()];
        const { opened, open: finish } = gate();
        const stuck: RecordBatch[] = [];
        await open('zombie').subscribe(zombie.subscription('g'), async (batch) => {
          stuck.push(batch);
          await opened;
        });
        await log.publish(numbered(0, 1));
        await until(() => stuck.length === 1);
        expect(stuck[0]?.isStale()).toBe(false);
        await under.expireMembers('g');
        await log.subscribe(heir.subscription('g'), () => Promise.reject(new Error('not yet')));
        await until(() => stuck[0]?.isStale() === true);
        finish();
        expect((await log.lag('g', [FACTS]))[0]?.nextOffset).toBe(0);
      });

      it('lets a member whose lease ran out join again and go on', async () => {
        const reader = consumer();
        await log.subscribe(reader.subscription('g'), reader.handle);
        await log.publish(numbered(0, 1));
        await until(() => reader.seen.length === 1);
        await under.expireMembers('g');
        await log.publish(numbered(0, 1, 1));
        await until(() => reader.values(0).includes('1'));
      });

      it('delivers a batch again when the handler crashes, from the offset the consumer has stored', async () => {
        await log.publish(numbered(0, 3));
        const reader = consumer();
        let crashes = 2;
        await log.subscribe(reader.subscription('g'), (batch) => {
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
        await log.publish([...numbered(0, 1), ...numbered(1, 1)]);
        const reader = consumer();
        await log.subscribe(reader.subscription('g'), (batch) =>
          batch.partition === 0 ? Promise.reject(new Error('always')) : reader.handle(batch),
        );
        await until(() => reader.values(1).length === 1);
        expect(reader.values(0)).toEqual([]);
      });

      it('ends the subscription and says so when a handler cannot go on', async () => {
        await log.publish(numbered(0, 1));
        const reader = consumer();
        let calls = 0;
        await log.subscribe(reader.subscription('g'), () => {
          calls += 1;
          return Promise.reject(new FatalConsumerError('broken for good'));
        });
        await until(() => reader.fatal.length === 1);
        expect(reader.fatal[0]?.message).toBe('broken for good');
        expect(calls).toBe(1);
      });

      it('waits for the handler under way when it is closed, and starts no other', async () => {
        const { opened, open: finish } = gate();
        let [started, finished] = [0, 0];
        const reader = consumer();
        const subscription = await log.subscribe(reader.subscription('g'), async () => {
          started += 1;
          await opened;
          finished += 1;
        });
        await log.publish(numbered(0, 1));
        await until(() => started === 1);
        const closed = subscription.close();
        await log.publish(numbered(0, 1, 1));
        finish();
        await closed;
        expect([started, finished]).toEqual([1, 1]);
        expect((await log.lag('g', [FACTS]))[0]).toMatchObject({ nextOffset: 1, endOffset: 2, lag: 1 });
      });
    });

    describe('lag', () => {
      it('counts what a group has not handled, for every partition', async () => {
        await log.publish([...numbered(0, 3), ...numbered(1, 1)]);
        expect((await log.lag('g', [FACTS])).map(({ lag }) => lag)).toEqual([3, 1, 0, 0]);
        const reader = consumer();
        await log.subscribe(reader.subscription('g'), reader.handle);
        await until(async () => (await log.lag('g', [FACTS])).every(({ lag }) => lag === 0));
        expect((await log.lag('g', [FACTS]))[0]).toEqual({
          topic: FACTS.name,
          partition: 0,
          endOffset: 3,
          nextOffset: 3,
          lag: 0,
        });
      });
    });

    describe('compaction', () => {
      const state = (key: string, value: string | null): NewRecord => record(0, value, { topic: STATE.name, key });

      it('keeps the newest record of each key, under its offset', async () => {
        await log.publish([state('a', '1'), state('b', '1'), state('a', '2'), state('c', '1'), state('a', '3')]);
        await under.housekeep();
        const reader = consumer();
        await (
          await log.follow([STATE], 'start', reader.handle)
        ).caughtUp;
        expect(reader.seen.map(({ key, offset, value }) => [key, offset, text(value)])).toEqual([
          ['b', 1, '1'],
          ['c', 3, '1'],
          ['a', 4, '3'],
        ]);
      });

      it('forgets a key after its tombstone, and a reader still catches up when the end is a gap', async () => {
        await log.publish([state('a', '1'), state('b', '1'), state('a', null)]);
        await under.housekeep();
        const reader = consumer();
        const follower = await log.follow([STATE], 'start', reader.handle);
        await follower.caughtUp;
        expect(reader.seen.map(({ key }) => key)).toEqual(['b']);
        await log.publish([state('a', '2')]);
        expect(await follower.passedPresentEnd(10_000)).toBe(true);
        expect(reader.seen.map(({ key, offset }) => [key, offset])).toEqual([
          ['b', 1],
          ['a', 3],
        ]);
      });

      it('shows tombstones to who follows at the time', async () => {
        const reader = consumer();
        const follower = await log.follow([STATE], 'start', reader.handle);
        await log.publish([state('a', '1'), state('a', null)]);
        expect(await follower.passedPresentEnd(10_000)).toBe(true);
        expect(reader.seen.at(-1)?.value).toBeNull();
      });

      it('keeps every record of a topic of facts that has no retention', async () => {
        await log.publish(numbered(0, 3));
        await under.housekeep();
        const reader = consumer();
        await (
          await log.follow([FACTS], 'start', reader.handle)
        ).caughtUp;
        expect(reader.seen).toHaveLength(3);
      });

      it('drops facts older than the retention and keeps numbering', async () => {
        const short: Topic = { name: 'short.v1', partitions: 1, cleanup: 'delete', retentionMs: 0 };
        await log.createTopics([short]);
        const at = Date.now();
        await log.publish([record(0, 'old', { topic: short.name })]);
        await until(() => Date.now() > at + 2);
        await under.housekeep();
        await log.createTopics([{ ...short, retentionMs: null }]);
        await log.publish([record(0, 'new', { topic: short.name })]);
        const reader = consumer();
        await (
          await log.follow([{ ...short, retentionMs: null }], 'start', reader.handle)
        ).caughtUp;
        expect(reader.seen.map(({ offset, value }) => [offset, text(value)])).toEqual([[1, 'new']]);
      });
    });
  });
};
