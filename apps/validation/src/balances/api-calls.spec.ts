import { beforeEach, describe, expect, it } from '@jest/globals';
import type { License } from '@leasehold/licensing';
import fc from 'fast-check';
import { aLicense, TENANT } from '../../test/running-validation.js';
import { type ApiCalls, createApiCalls } from './api-calls.js';

const START = Date.UTC(2026, 0, 10);
const NEXT = Date.UTC(2026, 1, 10);
const license = aLicense({ startsAt: START, limits: { apiCalls: 100, seats: 5 } });

let calls: ApiCalls;
beforeEach(() => {
  calls = createApiCalls('boot-1');
});

const used = (now = START + 1, of: License = license): number | undefined => calls.withThisCall(of, now)[0]?.used;

/** Grants so many calls that are told together. */
const grant = (first: number, count: number): void => {
  for (let number = first; number < first + count; number += 1) calls.granted(license, number, first);
};

const balance = (settled: number, acked: Record<string, number>, start = START, end = NEXT) => ({
  license: license.id,
  tenant: TENANT,
  meter: 'apiCalls',
  used: settled,
  limit: 100,
  periodStart: start,
  periodEnd: end,
  acked,
});

describe('use of API calls', () => {
  it('is nothing without a limit, or without enforcement', () => {
    expect(calls.withThisCall(aLicense({ limits: {} }), START)).toEqual([]);
    expect(calls.withThisCall(aLicense({ enforcement: {} }), START)).toEqual([]);
  });

  it('includes this call, and resets when the period of the license ends', () => {
    expect(calls.withThisCall(license, START + 1)).toEqual([
      { meter: 'apiCalls', used: 1, limit: 100, enforcement: 'hard', resetsAt: NEXT },
    ]);
  });

  it('does not count what was only looked at', () => {
    expect([used(), used()]).toEqual([1, 1]);
  });

  it('adds own calls to what metering has counted', () => {
    used();
    grant(1, 3);
    expect(used()).toBe(4);
    calls.settle(balance(50, { other: 50 }));
    expect(used()).toBe(54);
  });

  it('counts none of its own calls twice once metering has them', () => {
    used();
    grant(1, 3);
    grant(4, 2);
    calls.settle(balance(53, { 'boot-1': 3 }));
    expect(used()).toBe(53 + 2 + 1);
    calls.settle(balance(55, { 'boot-1': 9 }));
    expect(used()).toBe(56);
  });

  it('begins anew with the next period, also for what was not told yet', () => {
    used();
    grant(1, 3);
    expect(used(NEXT)).toBe(1);
    calls.settle(balance(3, { 'boot-1': 3 }));
    expect(used(NEXT)).toBe(1);
  });

  it('takes the balance of a period that this clock has not reached', () => {
    used();
    calls.settle(balance(7, {}, NEXT, Date.UTC(2026, 2, 10)));
    expect(used(NEXT + 1)).toBe(8);
  });

  it('follows another period of the same license', () => {
    expect(calls.withThisCall(license, START + 1)[0]?.resetsAt).toBe(NEXT);
    const daily = { ...license, period: { unit: 'day', timezone: 'UTC' } as const };
    expect(calls.withThisCall(daily, START + 1)[0]?.resetsAt).toBe(START + 86_400_000);
  });

  it('takes a balance before the first call', () => {
    calls.settle(balance(99, {}));
    expect(used()).toBe(100);
  });

  it('passes over balances of other meters', () => {
    calls.settle({ ...balance(50, {}), meter: 'exports' });
    expect(used()).toBe(1);
  });

  it('is exact at any time, however calls are grouped and acknowledged', () => {
    const steps = fc.array(fc.record({ size: fc.integer({ min: 1, max: 5 }), ack: fc.integer({ min: 0, max: 60 }) }), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(steps, (groups) => {
        calls = createApiCalls('boot-1');
        used();
        const ends: number[] = [];
        let next = 1;
        let acked = 0;
        for (const { size, ack } of groups) {
          grant(next, size);
          next += size;
          ends.push(next - 1);
          // metering acknowledges whole batches
          const reached = ends.filter((end) => end <= ack).at(-1) ?? 0;
          if (reached > acked) {
            acked = reached;
            calls.settle(balance(acked, { 'boot-1': acked }));
          }
          expect(used()).toBe(next);
        }
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  it('errs to the careful side when more batches are open than it keeps apart', () => {
    used();
    for (let number = 1; number <= 5_000; number += 1) calls.granted(license, number, number);
    expect(used()).toBe(5_001);
    calls.settle(balance(1, { 'boot-1': 1 }));
    expect(used()).toBeGreaterThanOrEqual(5_001);
    calls.settle(balance(5_000, { 'boot-1': 5_000 }));
    expect(used()).toBe(5_001);
  });
});
