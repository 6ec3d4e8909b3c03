import { describe, expect, it, test } from '@jest/globals';
import { DAY_MS, HOUR_MS } from '../instant.js';
import { periodOf, type Period } from './period-of.js';
import { instantAt, wallTimeAt } from './zoned-time.js';

const utc = (text: string): number => Date.parse(text);
const monthly = (timezone: string, anchor: string, now: string): Period =>
  periodOf({ unit: 'month', timezone }, utc(anchor), utc(now));
const daily = (timezone: string, anchor: string, now: string): Period =>
  periodOf({ unit: 'day', timezone }, utc(anchor), utc(now));
const hours = ({ start, end }: Period): number => (end - start) / HOUR_MS;
/** What clocks of the zone show when a period begins, to the minute. */
const shown = (timezone: string, instant: number): string =>
  new Date(wallTimeAt(timezone, instant)).toISOString().slice(0, 16);

/** The days of the month on which the periods of some years begin. */
const firstDays = (timezone: string, anchor: string, months: number): string => {
  const days: number[] = [];
  let { start, end } = monthly(timezone, anchor, anchor);
  for (let month = 0; month < months; month++) {
    days.push(new Date(wallTimeAt(timezone, start)).getUTCDate());
    ({ start, end } = periodOf({ unit: 'month', timezone }, utc(anchor), end));
  }
  return days.join(' ');
};

describe('monthly periods that begin late in a month', () => {
  const common = '31 28 31 30 31 30 31 31 30 31 30 31';
  const leap = '31 29 31 30 31 30 31 31 30 31 30 31';

  test.each([
    ['on the 31st, over two common years', '2026-01-31T12:00Z', `${common} ${common}`],
    ['on the 31st, into a leap year', '2027-01-31T12:00Z', `${common} ${leap}`],
    ['on the 31st of August', '2026-08-31T12:00Z', '31 30 31 30 31 31 28 31 30 31 30 31'],
    ['on the 30th', '2026-01-30T12:00Z', '30 28 30 30 30 30 30 30 30 30 30 30'],
    ['on the 29th, in a common year', '2026-01-29T12:00Z', '29 28 29 29 29 29 29 29 29 29 29 29'],
    ['on the 29th, in a leap year', '2028-01-29T12:00Z', '29 29 29 29 29 29 29 29 29 29 29 29'],
    [
      'on the 29th of February, to the next common one',
      '2028-02-29T12:00Z',
      '29 29 29 29 29 29 29 29 29 29 29 29 28 29',
    ],
    ['on the 28th, which is never the last day by itself', '2026-02-28T12:00Z', '28 28 28 28 28 28 28 28 28 28 28 28'],
    ['on the 1st', '2026-01-01T12:00Z', '1 1 1 1 1 1 1 1 1 1 1 1'],
  ])('%s', (_when, anchor, days) => {
    for (const timezone of ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu'])
      expect(firstDays(timezone, anchor, days.split(' ').length)).toBe(days);
  });

  test.each([
    ['1900, which was no leap year', '1899-12-31T00:00Z', '1900-02-28T00:00Z', '1900-02-28T00:00Z'],
    ['2000, which was one', '1999-12-31T00:00Z', '2000-02-29T00:00Z', '2000-02-29T00:00Z'],
    ['2100, which will be none', '2099-12-31T00:00Z', '2100-02-28T00:00Z', '2100-02-28T00:00Z'],
    ['before the anchor', '2026-03-31T00:00Z', '2026-02-28T00:00Z', '2026-02-28T00:00Z'],
    ['before the anchor, a millisecond earlier', '2026-03-31T00:00Z', '2026-02-27T23:59:59.999Z', '2026-01-31T00:00Z'],
    ['long before the anchor', '2026-03-31T06:00Z', '1969-12-31T05:59Z', '1969-11-30T06:00Z'],
  ])('in %s', (_when, anchor, now, start) => {
    expect(monthly('UTC', anchor, now).start).toBe(utc(start));
  });
});

describe('the change from one period to the next', () => {
  test.each([
    ['UTC', '2026-01-31T10:00Z', '2026-02-28T10:00Z'],
    ['Europe/Berlin', '2026-01-31T10:00Z', '2026-03-31T09:00Z'],
    ['America/New_York', '2026-02-08T07:30Z', '2026-03-08T07:30Z'],
    ['Australia/Lord_Howe', '2026-03-20T00:00Z', '2026-04-20T00:30Z'],
    ['Asia/Kathmandu', '2026-01-31T18:15Z', '2026-02-28T18:15Z'],
  ])('in %s comes with the very millisecond', (timezone, anchor, change) => {
    const rule = { unit: 'month', timezone } as const;
    expect(periodOf(rule, utc(anchor), utc(change) - 1).end).toBe(utc(change));
    expect(periodOf(rule, utc(anchor), utc(change)).start).toBe(utc(change));
    expect(periodOf(rule, utc(anchor), utc(change) + 1).start).toBe(utc(change));
  });
});

describe('the day on which clocks change', () => {
  test.each([
    ['Europe/Berlin', '2026-03-29', 23, 'forward at 2'],
    ['Europe/Berlin', '2026-10-25', 25, 'back at 3'],
    ['Europe/London', '2026-03-29', 23, 'forward at 1'],
    ['America/New_York', '2026-03-08', 23, 'forward at 2'],
    ['America/New_York', '2026-11-01', 25, 'back at 2'],
    ['America/St_Johns', '2026-03-08', 23, 'forward, half an hour off'],
    ['Australia/Lord_Howe', '2026-04-05', 24.5, 'back by half an hour'],
    ['Australia/Lord_Howe', '2026-10-04', 23.5, 'forward by half an hour'],
    ['Australia/Sydney', '2026-04-05', 25, 'back in the southern autumn'],
    ['Pacific/Chatham', '2026-09-27', 23, 'forward at 2:45'],
    ['Africa/Cairo', '2026-10-30', 24, 'back at midnight, which belongs to the day before'],
    ['America/Santiago', '2026-04-04', 25, 'back at midnight'],
    ['Asia/Tokyo', '2026-03-29', 24, 'never'],
    ['Asia/Kolkata', '2026-10-25', 24, 'never'],
  ])('%s, %s has %d hours: %s', (timezone, day, length) => {
    const midnight = instantAt(timezone, utc('2026-01-01T00:00Z'));
    const noon = instantAt(timezone, utc(`${day}T12:00Z`));
    const period = periodOf({ unit: 'day', timezone }, midnight, noon);
    expect(shown(timezone, period.start)).toBe(`${day}T00:00`);
    expect(hours(period)).toBe(length);
  });

  it('begins where the clocks stand after a skipped midnight', () => {
    // on 6 September 2026 midnight is skipped in Santiago: 24:00 is 01:00
    const period = daily('America/Santiago', '2026-07-01T04:00Z', '2026-09-06T15:00Z');
    expect(shown('America/Santiago', period.start)).toBe('2026-09-06T01:00');
    expect(hours(period)).toBe(23);
  });

  it('keeps the time of day afterwards, though it was skipped once', () => {
    const starts = ['2026-03-28', '2026-03-29', '2026-03-30', '2026-03-31'].map(
      (day) => daily('Europe/Berlin', '2026-02-01T01:30Z', `${day}T12:00Z`).start,
    );
    expect(starts.map((start) => shown('Europe/Berlin', start))).toEqual([
      '2026-03-28T02:30',
      '2026-03-29T03:30',
      '2026-03-30T02:30',
      '2026-03-31T02:30',
    ]);
  });

  it('keeps an anchor that is the second of two equal times, and takes the first of them a year later', () => {
    const second = '2026-10-25T01:30Z';
    expect(daily('Europe/Berlin', second, second).start).toBe(utc(second));
    const nextYear = daily('Europe/Berlin', second, '2027-10-31T12:00Z');
    expect(nextYear.start).toBe(utc('2027-10-31T00:30Z'));
  });

  it('is not there at all where a zone went over the date line', () => {
    const before = daily('Pacific/Kwajalein', '1993-08-01T00:00Z', '1993-08-20T00:00Z');
    const after = periodOf({ unit: 'day', timezone: 'Pacific/Kwajalein' }, utc('1993-08-01T00:00Z'), before.end);
    expect(after.start).toBe(before.end);
    expect(after.end).toBeGreaterThan(after.start);
  });
});

describe('years of periods', () => {
  test.each([
    ['UTC', '2024-02-29T12:00Z'],
    ['Europe/Berlin', '2026-01-31T01:30Z'],
    ['America/New_York', '2026-01-31T07:30Z'],
    ['America/Sao_Paulo', '2015-01-31T02:00Z'],
    ['Australia/Lord_Howe', '2026-01-30T15:00Z'],
    ['Pacific/Apia', '2009-12-30T10:30Z'],
    ['Africa/Casablanca', '2026-01-29T02:30Z'],
    ['Asia/Tehran', '2018-01-31T20:30Z'],
    ['Antarctica/Troll', '2026-01-31T01:30Z'],
    ['America/Caracas', '2005-12-31T04:00Z'],
  ])('in %s follow each other without a gap, each about a month long, twelve a year', (timezone, anchor) => {
    let period = monthly(timezone, anchor, anchor);
    const years = 12;
    for (let month = 0; month < years * 12; month++) {
      const next = periodOf({ unit: 'month', timezone }, utc(anchor), period.end);
      expect(next.start).toBe(period.end);
      expect(hours(period)).toBeGreaterThanOrEqual(28 * 24 - 25);
      expect(hours(period)).toBeLessThanOrEqual(31 * 24 + 25);
      period = next;
    }
    const passed = (period.start - utc(anchor)) / DAY_MS / 365.2425;
    expect(passed).toBeGreaterThan(years - 0.01);
    expect(passed).toBeLessThan(years + 0.01);
  });
});
