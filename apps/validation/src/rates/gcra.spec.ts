import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Cell, LONGEST_HOLD_MS, remainingOf, reserve, slotsOf } from './gcra.js';

const RATE = { perSecond: 20, burst: 40 };
const fresh = (): Cell => ({ paidOffAt: 0 });

describe('a caller', () => {
  it('has its burst at once, then slots that come at its rate, then none', () => {
    const cell = fresh();
    const waits = Array.from({ length: 81 }, () => reserve(cell, RATE, 1, 1_000));
    expect(waits.slice(0, 40)).toEqual(Array<number>(40).fill(0));
    for (const [at, wait] of waits.slice(40, 80).entries()) expect(wait).toBeCloseTo((at + 1) * 50, 6);
    expect(waits[80]).toBeCloseTo(-50, 6);
  });

  it('is refused without owing more: after the time it was told there is a slot', () => {
    const cell = fresh();
    while (reserve(cell, RATE, 1, 0) >= 0);
    const { paidOffAt } = cell;
    const refused = reserve(cell, RATE, 1, 0);
    expect(cell.paidOffAt).toBe(paidOffAt);
    expect(reserve(cell, RATE, 1, -refused)).toBeGreaterThan(0);
  });

  it('pays n for a batch of n', () => {
    const [one, other] = [fresh(), fresh()];
    for (let n = 0; n < 7; n += 1) reserve(one, RATE, 1, 5);
    reserve(other, RATE, 7, 5);
    expect(other.paidOffAt).toBeCloseTo(one.paidOffAt, 6);
  });

  it('sees what is left, and has it all back after a while', () => {
    const cell = fresh();
    for (let n = 0; n < 10; n += 1) reserve(cell, RATE, 1, 0);
    expect(remainingOf(cell, RATE, 0)).toBe(30);
    expect(remainingOf(cell, RATE, 250)).toBe(35);
    expect(remainingOf(cell, RATE, 10_000)).toBe(40);
  });

  it('that is slow has 32 slots, and never waits longer than two seconds in one', () => {
    const slow = { perSecond: 1, burst: 1 };
    expect(slotsOf(slow)).toBe(32);
    const cell = fresh();
    const waits = Array.from({ length: 40 }, () => reserve(cell, slow, 1, 0));
    expect(waits.filter((wait) => wait >= 0)).toHaveLength(33);
    expect(Math.max(...waits)).toBe(LONGEST_HOLD_MS);
  });

  it.each([
    { perSecond: 20, burst: 40 },
    { perSecond: 1, burst: 1 },
    { perSecond: 20 / 3, burst: 13 },
  ])('that owes nothing can have any batch at the rate %j, and pays for no more than it can have', (rate) => {
    const now = 1_750_000_000_123;
    const all = rate.burst + slotsOf(rate);
    const cell = fresh();
    expect(reserve(cell, rate, 100, now)).toBeCloseTo(LONGEST_HOLD_MS, 3);
    const owed = cell.paidOffAt - now;
    expect(owed).toBeCloseTo((all * 1_000) / rate.perSecond, 1);
    expect(reserve(cell, rate, 1, now)).toBeLessThan(0);
    // until it owes nothing again there is no second one, and it is told when that is
    const comeBack = -reserve(cell, rate, 100, now + 50);
    expect(comeBack).toBeCloseTo(owed - 50, 1);
    expect(reserve(cell, rate, 100, now + 50 + Math.ceil(comeBack))).toBeGreaterThan(0);
  });

  it('never gets more than its burst and its rate allow, whenever it asks', () => {
    const asks = fc.array(
      fc.record({ after: fc.integer({ min: 0, max: 300 }), cost: fc.integer({ min: 1, max: 5 }) }),
      {
        maxLength: 200,
      },
    );
    fc.assert(
      fc.property(asks, (steps) => {
        const cell = fresh();
        let now = 1_000;
        /** When each granted request is answered. */
        const answers: number[] = [];
        for (const { after, cost } of steps) {
          now += after;
          const wait = reserve(cell, RATE, cost, now);
          expect(wait).toBeLessThanOrEqual(LONGEST_HOLD_MS);
          if (wait >= 0) for (let n = 0; n < cost; n += 1) answers.push(now + wait);
        }
        answers.sort((one, other) => one - other);
        for (let first = 0; first < answers.length; first += 1) {
          for (let last = first; last < answers.length; last += 7) {
            const seconds = ((answers[last] ?? 0) - (answers[first] ?? 0)) / 1_000;
            expect(last - first + 1).toBeLessThanOrEqual(RATE.burst + RATE.perSecond * seconds + 5);
          }
        }
      }),
      { seed: 13, numRuns: 200 },
    );
  });
});
