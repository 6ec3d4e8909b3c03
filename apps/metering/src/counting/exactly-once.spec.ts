import { expect, it } from '@jest/globals';
import type { ValidationItem } from '@leasehold/contracts';
import { siftUnseen } from '@leasehold/messaging';
import fc from 'fast-check';
import { contextsOf } from '../../test/contexts.js';
import { aContext, licenseId, T0 } from '../../test/licenses.js';
import { type BucketIncrement, groupUsage } from './group-usage.js';
import { usageOfValidations } from './usage-of-validations.js';

const PARTITIONS = 3;
const BOOTS = ['a', 'b'];
const HOUR_MS = 3_600_000;

/** Each partition has licenses of its own, as the murmur of their ids has it. */
const licensesOf = (partition: number): string[] => [licenseId(2 * partition), licenseId(2 * partition + 1)];
const contexts = contextsOf(
  ...Array.from({ length: 2 * PARTITIONS }, (_none, n) =>
    aContext({ id: licenseId(n), period: { unit: 'day', timezone: 'UTC' }, startsAt: T0 - n * 1_000_003 }),
  ),
);

interface Lane {
  readonly boot: string;
  readonly partition: number;
  readonly items: readonly ValidationItem[];
}
const lane = (boot: string, partition: number): fc.Arbitrary<Lane> =>
  fc
    .array(
      fc.record({
        license: fc.constantFrom(...licensesOf(partition)),
        code: fc.constantFrom('valid', 'valid', 'expired', 'usage_exceeded'),
        at: fc.integer({ min: T0, max: T0 + 48 * HOUR_MS }),
      }),
      { maxLength: 30 },
    )
    .map((items) => ({ boot, partition, items }));
const lanes = fc.tuple(...BOOTS.flatMap((boot) => [0, 1, 2].map((partition) => lane(boot, partition))));

/** What a validator does next: tell so many new items of a lane, and so many old ones before them. */
const step = fc.record({
  lane: fc.nat({ max: BOOTS.length * PARTITIONS - 1 }),
  forward: fc.nat({ max: 8 }),
  back: fc.nat({ max: 8 }),
  /** The transaction is rolled back, and the record comes again. */
  crashes: fc.boolean(),
});

const sum = (sums: Map<string, number>, { licenseId: license, meter, start, quantity }: BucketIncrement): void => {
  const key = `${license} ${meter} ${start}`;
  sums.set(key, (sums.get(key) ?? 0) + quantity);
};

it('any delivery, with repetitions, overlaps, crashes and partitions in any order, counts each granted call once', () => {
  fc.assert(
    fc.property(lanes, fc.array(step, { maxLength: 80 }), (all, steps) => {
      const acked = Array.from({ length: PARTITIONS }, () => new Map<string, number>());
      const told = all.map(() => 0);
      const sums = new Map<string, number>();
      const deliver = (
        { boot, partition }: Lane,
        first: number,
        items: readonly ValidationItem[],
        crashes: boolean,
      ) => {
        const before = acked[partition] ?? new Map<string, number>();
        const unseen = siftUnseen(before, [{ boot, first, items }]);
        if (crashes) return;
        acked[partition] = new Map([...before, ...unseen.acked]);
        const { usages } = usageOfValidations(unseen.items, T0 + 48 * HOUR_MS);
        for (const bucket of groupUsage(usages, contexts).buckets) sum(sums, bucket);
      };
      const finish = all.map((_lane, at) => ({ lane: at, forward: 30, back: 0, crashes: false }));
      for (const { lane: at, forward, back, crashes } of [...steps, ...finish]) {
        const chosen = all[at];
        const done = told[at] ?? 0;
        if (chosen === undefined) continue;
        const from = Math.max(0, done - back);
        const to = Math.min(chosen.items.length, done + forward);
        if (crashes) deliver(chosen, from + 1, chosen.items.slice(from, to), true);
        deliver(chosen, from + 1, chosen.items.slice(from, to), false);
        told[at] = to;
      }
      const everything = all.flatMap(({ items }) => items);
      const expected = new Map<string, number>();
      const { usages } = usageOfValidations(everything, T0 + 48 * HOUR_MS);
      for (const bucket of groupUsage(usages, contexts).buckets) sum(expected, bucket);
      expect(sums).toEqual(expected);
      const granted = everything.filter(({ code }) => code === 'valid').length;
      expect([...sums.values()].reduce((total, quantity) => total + quantity, 0)).toBe(granted);
    }),
    { seed: 7, numRuns: 150 },
  );
});
