import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY_MS, HOUR_MS } from '../instant.js';
import type { PeriodRule } from '../plans/plan.js';
import { periodOf } from './period-of.js';
import { instantAt, isTimeZone, wallTimeAt } from './zoned-time.js';

const utc = (text: string): number => Date.parse(text);
const iso = ({ start, end }: { start: number; end: number }): readonly string[] =>
  [start, end].map((instant) => new Date(instant).toISOString().replace(':00.000Z', 'Z'));
const monthly = (timezone = 'UTC'): PeriodRule => ({ unit: 'month', timezone });
const daily = (timezone = 'UTC'): PeriodRule => ({ unit: 'day', timezone });

describe('monthly periods', () => {
  test.each([
    ['2026-01-15T10:30Z', '2026-01-15T10:30Z', '2026-01-15T10:30Z', '2026-02-15T10:30Z'],
    ['2026-01-15T10:30Z', '2026-02-15T10:29Z', '2026-01-15T10:30Z', '2026-02-15T10:30Z'],
    ['2026-01-15T10:30Z', '2027-12-31T00:00Z', '2027-12-15T10:30Z', '2028-01-15T10:30Z'],
    ['2026-01-15T10:30Z', '2025-12-20T00:00Z', '2025-12-15T10:30Z', '2026-01-15T10:30Z'],
    ['2026-01-31T00:00Z', '2026-02-10T00:00Z', '2026-01-31T00:00Z', '2026-02-28T00:00Z'],
    ['2026-01-31T00:00Z', '2026-03-01T00:00Z', '2026-02-28T00:00Z', '2026-03-31T00:00Z'],
    ['2026-01-31T00:00Z', '2028-02-29T00:00Z', '2028-02-29T00:00Z', '2028-03-31T00:00Z'],
    ['2024-02-29T00:00Z', '2025-02-28T12:00Z', '2025-02-28T00:00Z', '2025-03-29T00:00Z'],
  ])('anchored at %s: %s lies in %s to %s', (anchor, now, start, end) => {
    expect(iso(periodOf(monthly(), utc(anchor), utc(now)))).toEqual([start, end]);
  });

  it('keep the wall-clock time of their zone across daylight saving', () => {
    const anchor = utc('2026-03-15T00:00+01:00');
    expect(iso(periodOf(monthly('Europe/Berlin'), anchor, utc('2026-04-01T00:00Z')))).toEqual([
      '2026-03-14T23:00Z',
      '2026-04-14T22:00Z',
    ]);
  });

  it('are anchored on the day of their zone, not of UTC', () => {
    const anchor = utc('2026-02-01T00:30+13:00');
    expect(iso(periodOf(monthly('Pacific/Auckland'), anchor, utc('2026-03-15T00:00Z')))).toEqual([
      '2026-02-28T11:30Z',
      '2026-03-31T11:30Z',
    ]);
  });
});

describe('daily periods', () => {
  it('have 23 and 25 hours when the clocks change', () => {
    const anchor = utc('2026-01-01T00:00+01:00');
    const lengthAt = (now: string): number => {
      const { start, end } = periodOf(daily('Europe/Berlin'), anchor, utc(now));
      return (end - start) / HOUR_MS;
    };
    expect(lengthAt('2026-03-29T12:00Z')).toBe(23);
    expect(lengthAt('2026-10-25T12:00Z')).toBe(25);
    expect(lengthAt('2026-06-01T12:00Z')).toBe(24);
  });

  it('count a skipped time on from before the gap and begin the next day as usual', () => {
    const anchor = utc('2026-03-01T02:30+01:00');
    expect(iso(periodOf(daily('Europe/Berlin'), anchor, utc('2026-03-29T12:00Z')))).toEqual([
      '2026-03-29T01:30Z',
      '2026-03-30T00:30Z',
    ]);
  });

  it('begin at the first of two equal times', () => {
    expect(iso(periodOf(daily('Europe/Berlin'), utc('2026-10-01T02:30+02:00'), utc('2026-10-25T12:00Z')))).toEqual([
      '2026-10-25T00:30Z',
      '2026-10-26T01:30Z',
    ]);
  });

  it('go on where a whole day is skipped', () => {
    const period = periodOf(daily('Pacific/Apia'), utc('2011-12-01T09:00-10:00'), utc('2011-12-30T12:00Z'));
    expect(iso(period)).toEqual(['2011-12-29T19:00Z', '2011-12-30T19:00Z']);
  });
});

describe('wall-clock time', () => {
  it('is what the clocks of a zone show, and leads back to the instant', () => {
    const instant = utc('2026-07-01T12:34:56.789Z');
    expect(new Date(wallTimeAt('Asia/Kathmandu', instant)).toISOString()).toBe('2026-07-01T18:19:56.789Z');
    expect(instantAt('Asia/Kathmandu', wallTimeAt('Asia/Kathmandu', instant))).toBe(instant);
  });

  test.each([
    ['UTC', true],
    ['Europe/Berlin', true],
    ['Etc/GMT+5', true],
    ['Mars/Olympus', false],
    ['+02:00', false],
    ['', false],
  ])('%j is a zone: %s', (name, known) => {
    expect(isTimeZone(name)).toBe(known);
  });
});

it('periods tile time: every instant lies in one period, and each begins where the one before ends', () => {
  const zones = Intl.supportedValuesOf('timeZone');
  const instant = fc.integer({ min: utc('2000-01-01T00:00Z'), max: utc('2035-01-01T00:00Z') });
  const rule = fc.record({
    unit: fc.constantFrom('month' as const, 'day' as const),
    timezone: fc.constantFrom('UTC', ...zones),
  });
  fc.assert(
    fc.property(rule, instant, fc.integer({ min: -800 * DAY_MS, max: 3000 * DAY_MS }), (rule, anchor, distance) => {
      const now = anchor + distance;
      const period = periodOf(rule, anchor, now);
      expect(period.start).toBeLessThanOrEqual(now);
      expect(period.end).toBeGreaterThan(now);
      expect(periodOf(rule, anchor, period.start)).toEqual(period);
      expect(periodOf(rule, anchor, period.end - 1)).toEqual(period);
      expect(periodOf(rule, anchor, period.end).start).toBe(period.end);
      expect(periodOf(rule, anchor, anchor).start).toBe(anchor);
    }),
    { numRuns: 400, seed: 7 },
  );
});
