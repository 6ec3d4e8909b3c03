import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createUsageRing, type NumberedItems } from './usage-ring.js';

describe('the usage ring', () => {
  it('numbers the items of each partition from 1 on', () => {
    const ring = createUsageRing(2, 10);
    expect([ring.push(0, 'a'), ring.push(1, 'b'), ring.push(0, 'c')]).toEqual([1, 1, 2]);
    expect(ring.take(10)).toEqual([
      { partition: 0, first: 1, items: ['a', 'c'] },
      { partition: 1, first: 1, items: ['b'] },
    ]);
    expect(ring.push(0, 'd')).toBe(3);
  });

  it('cuts what is longer than one record may be', () => {
    const ring = createUsageRing(1, 10);
    for (const item of ['a', 'b', 'c', 'd', 'e']) ring.push(0, item);
    expect(ring.take(2).map(({ first, items }) => [first, items.join('')])).toEqual([
      [1, 'ab'],
      [3, 'cd'],
      [5, 'e'],
    ]);
  });

  it('loses what does not fit before it has a number, and says so', () => {
    const ring = createUsageRing(1, 2);
    expect(['a', 'b', 'c'].map((item) => ring.push(0, item))).toEqual([1, 2, 0]);
    expect(ring.lost()).toBe(1);
    ring.take(10);
    expect(ring.push(0, 'd')).toBe(3);
  });

  it('tells from which number on items will be told together', () => {
    const ring = createUsageRing(1, 10);
    ring.push(0, 'a');
    expect(ring.openFrom(0)).toBe(1);
    ring.take(10);
    expect(ring.openFrom(0)).toBe(2);
  });

  it('knows only the partitions it was made for', () => {
    expect(() => createUsageRing(2, 10).push(2, 'a')).toThrow(RangeError);
  });

  it('leaves no hole and no double, whatever is pushed, taken and lost when', () => {
    const push = fc.record({ partition: fc.integer({ min: 0, max: 2 }) });
    const take = fc.record({ most: fc.integer({ min: 1, max: 4 }) });
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 4, arbitrary: push }, take), { maxLength: 200 }), (steps) => {
        const ring = createUsageRing(3, 12);
        const pushed: string[][] = [[], [], []];
        const taken: NumberedItems[] = [];
        for (const [at, step] of steps.entries()) {
          if ('most' in step) {
            const pieces = ring.take(step.most);
            for (const { items } of pieces) expect(items.length).toBeLessThanOrEqual(step.most);
            taken.push(...pieces);
          } else if (ring.push(step.partition, `item-${at}`) > 0) pushed[step.partition]?.push(`item-${at}`);
        }
        taken.push(...ring.take(5));
        expect(ring.size()).toBe(0);
        for (const [partition, items] of pushed.entries()) {
          const told = taken.filter((piece) => piece.partition === partition);
          expect(told.flatMap((piece) => piece.items)).toEqual(items);
          let next = 1;
          for (const piece of told) {
            expect(piece.first).toBe(next);
            next += piece.items.length;
          }
        }
      }),
      { seed: 11, numRuns: 300 },
    );
  });
});
