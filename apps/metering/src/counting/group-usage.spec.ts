import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aContext, licenseId, T0 } from '../../test/licenses.js';
import { contextsOf } from '../../test/contexts.js';
import { groupUsage } from './group-usage.js';
import { QUARTER_MS, quarterOf } from './quarter-hour.js';
import type { Usage } from './usage.js';

const DAY_MS = 86_400_000;
const usage = (changes: Partial<Usage> = {}): Usage => ({
  licenseId: licenseId(1),
  meter: 'apiCalls',
  at: T0,
  quantity: 1,
  refused: false,
  ...changes,
});

describe('usage grouped', () => {
  it('adds up by license, meter and quarter hour, and by period', () => {
    const grouped = groupUsage(
      [usage(), usage({ at: T0 + 1, quantity: 4 }), usage({ at: T0 + QUARTER_MS }), usage({ meter: 'exports' })],
      contextsOf(aContext()),
    );
    expect(grouped.buckets).toEqual([
      { licenseId: licenseId(1), meter: 'apiCalls', start: T0, quantity: 5 },
      { licenseId: licenseId(1), meter: 'apiCalls', start: T0 + QUARTER_MS, quantity: 1 },
      { licenseId: licenseId(1), meter: 'exports', start: T0, quantity: 1 },
    ]);
    expect(grouped.periods.map(({ meter, quantity }) => [meter, quantity])).toEqual([
      ['apiCalls', 6],
      ['exports', 1],
    ]);
  });

  it('cuts a quarter hour where a period begins', () => {
    const startsAt = T0 + 7 * 60_000;
    const { buckets } = groupUsage(
      [usage({ at: startsAt - 1 }), usage({ at: startsAt })],
      contextsOf(aContext({ startsAt })),
    );
    expect(buckets.map(({ start }) => start - T0)).toEqual([0, startsAt - T0]);
  });

  it('of a refusal marks the period and adds nothing', () => {
    const grouped = groupUsage([usage(), usage({ quantity: 0, refused: true }), usage()], contextsOf(aContext()));
    expect(grouped.periods).toMatchObject([{ quantity: 2, refused: true }]);
    const alone = groupUsage([usage({ quantity: 0, refused: true })], contextsOf(aContext()));
    expect(alone).toMatchObject({ buckets: [], periods: [{ quantity: 0, refused: true }] });
  });

  it('leaves aside what belongs to a license that is not known', () => {
    const stray = usage({ licenseId: licenseId(2) });
    expect(groupUsage([stray, usage()], contextsOf(aContext()))).toMatchObject({
      unplaced: [stray],
      buckets: [{ licenseId: licenseId(1) }],
    });
  });

  const arbitraryUsage = fc.record({
    licenseId: fc.integer({ min: 1, max: 4 }).map(licenseId),
    meter: fc.constantFrom('apiCalls', 'exports'),
    at: fc.integer({ min: T0 - 40 * DAY_MS, max: T0 + 40 * DAY_MS }),
    quantity: fc.integer({ min: 1, max: 9 }),
    refused: fc.constant(false),
  });
  const contexts = contextsOf(
    aContext({ id: licenseId(1), startsAt: T0 + 1_234_567 }),
    aContext({ id: licenseId(2), period: { unit: 'day', timezone: 'Asia/Kathmandu' } }),
    aContext({ id: licenseId(3), period: { unit: 'month', timezone: 'Europe/Berlin' }, startsAt: T0 + 31 * DAY_MS }),
    aContext({ id: licenseId(4), period: { unit: 'day', timezone: 'Europe/Berlin' }, startsAt: T0 + 9_000_001 }),
  );

  it('makes sums of buckets that are sums of periods', () => {
    fc.assert(
      fc.property(fc.array(arbitraryUsage, { maxLength: 60 }), (usages) => {
        const { buckets, periods } = groupUsage(usages, contexts);
        for (const period of periods) {
          const inside = buckets.filter(
            ({ licenseId: license, meter, start }) =>
              license === period.licenseId && meter === period.meter && start >= period.start && start < period.end,
          );
          expect(inside.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(period.quantity);
        }
        const all = (items: readonly { quantity: number }[]) => items.reduce((sum, { quantity }) => sum + quantity, 0);
        expect([all(buckets), all(periods)]).toEqual([all(usages), all(usages)]);
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  it('comes out the same, and in the same order, from any order of arrival', () => {
    fc.assert(
      fc.property(
        fc
          .array(arbitraryUsage, { maxLength: 40 })
          .chain((usages) => fc.tuple(fc.constant(usages), fc.shuffledSubarray(usages, { minLength: usages.length }))),
        ([usages, shuffled]) => {
          expect(groupUsage(shuffled, contexts)).toEqual(groupUsage(usages, contexts));
        },
      ),
      { seed: 7, numRuns: 200 },
    );
  });
});

it.each([
  ['2026-03-01T10:14:59.999Z', '2026-03-01T10:00:00.000Z'],
  ['2026-03-01T10:15:00.000Z', '2026-03-01T10:15:00.000Z'],
  ['1969-12-31T23:59:59.999Z', '1969-12-31T23:45:00.000Z'],
])('%s lies in the quarter hour of %s', (at, start) => {
  expect(new Date(quarterOf(Date.parse(at))).toISOString()).toBe(start);
});
