import { describe, expect, it } from '@jest/globals';
import { FACTS, record, numbered, consumer, type LogUnderTest, logFixture } from './fixture.features.js';

export const publishingFeatures = (start: () => Promise<LogUnderTest>): void => {
  describe('publishing', () => {
    const on = logFixture(start);

    it('keeps the order of each partition and numbers its records from 0 without holes', async () => {
      await on.log.publish([...numbered(0, 3), ...numbered(1, 2), ...numbered(0, 2, 3)]);
      const reader = consumer();
      const follower = await on.log.follow([FACTS], 'start', reader.handle);
      await follower.caughtUp;
      expect(reader.values(0)).toEqual(['0', '1', '2', '3', '4']);
      expect(reader.values(1)).toEqual(['0', '1']);
      expect(reader.seen.filter(({ partition }) => partition === 0).map(({ offset }) => offset)).toEqual([
        0, 1, 2, 3, 4,
      ]);
    });

    it('keeps the order of calls that are not waited for', async () => {
      await Promise.all(Array.from({ length: 50 }, (_, n) => on.log.publish([record(2, String(n))])));
      const reader = consumer();
      await (
        await on.log.follow([FACTS], 'start', reader.handle)
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
      await on.log.publish(sent);
      const reader = consumer();
      await (
        await on.log.follow([FACTS], 'start', reader.handle)
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
      await on.log.publish(numbered(0, 2));
      await on.log.publish(numbered(0, 2));
      const reader = consumer();
      await (
        await on.log.follow([FACTS], 'start', reader.handle)
      ).caughtUp;
      const times = reader.seen.map(({ timestamp }) => timestamp);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(Math.abs((times[0] ?? 0) - before)).toBeLessThan(60_000);
    });

    it('stores nothing of a publish that names an unknown topic, an unknown partition or an impossible key', async () => {
      await expect(on.log.publish([record(0, 'a'), record(0, 'b', { topic: 'none.v1' })])).rejects.toThrow('none.v1');
      await expect(on.log.publish([record(0, 'a'), record(4, 'b')])).rejects.toThrow('partition 4');
      await expect(on.log.publish([record(0, 'a'), record(0, 'b', { key: 'a\0b' })])).rejects.toThrow('NUL');
      expect((await on.log.lag('any', [FACTS])).map(({ endOffset }) => endOffset)).toEqual([0, 0, 0, 0]);
    });

    it('keeps offsets dense and each publisher in order with several processes publishing at once', async () => {
      const publishers = [on.log, on.open('b'), on.open('c')];
      await Promise.all(
        publishers.map(async (publisher, p) => {
          for (let n = 0; n < 20; n++) {
            await publisher.publish([record(0, `${p}:${n}`), record(3, `${p}:${n}`), record(1, `${p}:${n}`)]);
          }
        }),
      );
      const reader = consumer();
      await (
        await on.log.follow([FACTS], 'start', reader.handle)
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
      const follower = await on.open('reader').follow([FACTS], 'start', reader.handle);
      const publishers = [on.log, on.open('b'), on.open('c')];
      await Promise.all(
        publishers.flatMap((publisher) => Array.from({ length: 30 }, () => publisher.publish(numbered(1, 3)))),
      );
      expect(await follower.passedPresentEnd(10_000)).toBe(true);
      expect(reader.seen.map(({ offset }) => offset)).toEqual(Array.from({ length: 270 }, (_, n) => n));
    });

    it('keeps what was published for a process that starts later', async () => {
      await on.log.publish(numbered(1, 3));
      await on.log.close();
      const reader = consumer();
      await (
        await on.open('later').follow([FACTS], 'start', reader.handle)
      ).caughtUp;
      expect(reader.values(1)).toEqual(['0', '1', '2']);
    });

    it('refuses to change the partition count of a topic and takes the same topic again', async () => {
      await on.log.createTopics([FACTS]);
      await expect(on.log.createTopics([{ ...FACTS, partitions: 5 }])).rejects.toThrow(/partitions/);
    });

    it('refuses to publish once it is closed', async () => {
      await on.log.close();
      await expect(on.log.publish(numbered(0, 1))).rejects.toThrow('closed');
    });
  });
};
