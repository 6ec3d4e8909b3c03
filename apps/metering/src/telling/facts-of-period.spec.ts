import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { factsOfPeriod } from './facts-of-period.js';

const standing = (used: number, threshold = 0) => ({ used, threshold, exceeded: false, refused: false });
const thresholds = (used: number, limit: number, told = 0): number[] =>
  factsOfPeriod(standing(used, told), limit).flatMap((fact) => (fact.kind === 'threshold' ? [fact.threshold] : []));

describe('thresholds', () => {
  it.each([
    [79, 100, []],
    [80, 100, [80]],
    [99, 100, [80]],
    [100, 100, [80, 100]],
    [119, 100, [80, 100]],
    [120, 100, [80, 100, 120]],
    [1_000, 100, [80, 100, 120]],
    [0, 100, []],
    [1, 1, [80, 100]],
    [2, 3, []],
    [3, 3, [80, 100]],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, [80, 100]],
  ])('%d of %d: %j', (used, limit, reached) => {
    expect(thresholds(used, limit)).toEqual(reached);
  });

  it('that were told are not told again, also when a lower one comes back', () => {
    expect(thresholds(120, 100, 100)).toEqual([120]);
    expect(thresholds(85, 100, 80)).toEqual([]);
    expect(thresholds(85, 100, 120)).toEqual([]);
  });

  it('do not exist of a limit of nothing', () => {
    expect(thresholds(5, 0)).toEqual([]);
  });

  it('are told once each and in order, however usage grows', () => {
    const growth = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 30 });
    fc.assert(
      fc.property(growth, fc.integer({ min: 1, max: 300 }), (steps, limit) => {
        let used = 0;
        let told = 0;
        const facts: number[] = [];
        for (const more of steps) {
          used += more;
          const now = thresholds(used, limit, told);
          facts.push(...now);
          told = Math.max(told, ...now);
        }
        expect(facts).toEqual([80, 100, 120].filter((threshold) => used * 100 >= limit * threshold));
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

describe('refusals', () => {
  it.each([
    [{ refused: true, exceeded: false }, ['exceeded']],
    [{ refused: true, exceeded: true }, []],
    [{ refused: false, exceeded: false }, []],
  ])('%j: %j', (refusal, kinds) => {
    expect(factsOfPeriod({ ...standing(0), ...refusal }, 0).map(({ kind }) => kind)).toEqual(kinds);
  });

  it('come after the thresholds that they follow from', () => {
    const facts = factsOfPeriod({ used: 100, threshold: 80, exceeded: false, refused: true }, 100);
    expect(facts).toEqual([{ kind: 'threshold', threshold: 100 }, { kind: 'exceeded' }]);
  });
});
