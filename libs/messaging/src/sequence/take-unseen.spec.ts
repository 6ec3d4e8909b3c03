import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { siftUnseen } from './take-unseen.js';

const batch = (boot: string, first: number, last: number) => ({
  boot,
  first,
  items: Array.from({ length: last - first + 1 }, (_, n) => `${boot}-${String(first + n)}`),
});

describe('numbered items', () => {
  it('are all new from a boot that was never seen', () => {
    const unseen = siftUnseen(new Map(), [batch('a', 1, 3)]);
    expect(unseen).toEqual({ items: ['a-1', 'a-2', 'a-3'], acked: new Map([['a', 3]]), missing: 0 });
  });

  it('count once when a batch comes again', () => {
    const unseen = siftUnseen(new Map([['a', 3]]), [batch('a', 1, 3), batch('a', 4, 5), batch('a', 4, 5)]);
    expect(unseen.items).toEqual(['a-4', 'a-5']);
  });

  it('count from where they are new when a batch was cut otherwise the second time', () => {
    expect(siftUnseen(new Map([['a', 3]]), [batch('a', 2, 6)]).items).toEqual(['a-4', 'a-5', 'a-6']);
  });

  it('of different boots know nothing of each other', () => {
    const unseen = siftUnseen(new Map([['a', 9]]), [batch('a', 9, 9), batch('b', 1, 1)]);
    expect(unseen.items).toEqual(['b-1']);
    expect(unseen.acked).toEqual(
      new Map([
        ['a', 9],
        ['b', 1],
      ]),
    );
  });

  it('that were lost on the way are told, and counting goes on', () => {
    const unseen = siftUnseen(new Map([['a', 3]]), [batch('a', 6, 7)]);
    expect(unseen).toMatchObject({ items: ['a-6', 'a-7'], missing: 2 });
  });

  it('come to the same set however they are cut, repeated and overlapped', () => {
    const cuts = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 40 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), cuts, cuts, (count, lengths, backs) => {
        let seen = new Map<string, number>();
        const got: string[] = [];
        let next = 1;
        for (const [step, length] of lengths.entries()) {
          const first = Math.max(1, next - (backs[step] ?? 0));
          const last = Math.min(count, next + length - 1);
          if (last < first) continue;
          const unseen = siftUnseen(seen, [batch('a', first, last)]);
          got.push(...unseen.items);
          expect(unseen.missing).toBe(0);
          seen = new Map([...seen, ...unseen.acked]);
          next = Math.max(next, last + 1);
        }
        expect(got).toEqual(batch('a', 1, next - 1).items);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});
