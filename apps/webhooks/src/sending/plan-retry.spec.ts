import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planRetry, retrySchedule } from './plan-retry.js';

const NOW = Date.parse('2026-03-01T00:00:00Z');
const failed = { eventType: 'license.issued', step: 0, now: NOW, notBefore: undefined, chance: 0 };
const pauses = (eventType: string): number[] => {
  const found: number[] = [];
  for (
    let plan = planRetry({ ...failed, eventType });
    plan;
    plan = planRetry({ ...failed, eventType, step: plan.step })
  ) {
    found.push((plan.dueAt - NOW) / 1_000);
  }
  return found;
};

describe('planRetry', () => {
  it('waits 5 s, 1 min, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h, then gives up', () => {
    expect(pauses('license.issued')).toEqual([5, 60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]);
  });

  it('tries suspicious activity more often at first, over as long a time', () => {
    const urgent = pauses('license.suspicious_activity');
    expect(urgent.slice(0, 5)).toEqual([1, 5, 15, 60, 300]);
    expect(urgent.slice(5)).toEqual(pauses('license.issued').slice(3));
  });

  it('comes at most a tenth later by chance, and never more than 15 min', () => {
    const late = (step: number): number => (planRetry({ ...failed, step, chance: 1 })?.dueAt ?? 0) - NOW;
    expect(late(0)).toBe(5_500);
    expect(late(3)).toBe(1_980_000);
    expect(late(9)).toBe(86_400_000 + 900_000);
  });

  it('waits as long as the receiver asked for, and as long as the schedule says', () => {
    expect(planRetry({ ...failed, notBefore: NOW + 3_600_000 })?.dueAt).toBe(NOW + 3_600_000);
    expect(planRetry({ ...failed, notBefore: NOW + 1_000 })?.dueAt).toBe(NOW + 5_000);
  });

  it('gives up although the receiver asked for a later time', () => {
    expect(planRetry({ ...failed, step: 10, notBefore: NOW + 1_000 })).toBeUndefined();
  });

  it('never comes early and always moves on', () => {
    const attempts = fc.record({
      eventType: fc.constantFrom('license.issued', 'license.suspicious_activity'),
      step: fc.nat(12),
      now: fc.constant(NOW),
      notBefore: fc.option(fc.integer({ min: NOW, max: NOW + 21_600_000 }), { nil: undefined }),
      chance: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(attempts, (attempt) => {
        const pause = retrySchedule(attempt.eventType)[attempt.step];
        const plan = planRetry(attempt);
        if (pause === undefined) {
          expect(plan).toBeUndefined();
          return;
        }
        const earliest = Math.max(NOW + pause, attempt.notBefore ?? 0);
        const latest = earliest + Math.min(pause / 10, 900_000);
        expect(plan?.step).toBe(attempt.step + 1);
        expect(plan?.dueAt).toBeGreaterThanOrEqual(earliest);
        expect(plan?.dueAt).toBeLessThanOrEqual(latest);
      }),
    );
  });
});
