import { DAY_MS, type Instant } from '../instant.js';
import type { PeriodRule } from '../plans/plan.js';
import { instantAt, wallTimeAt, type WallTime } from './zoned-time.js';

/** A span of time, `start` included, `end` not. */
export interface Period {
  readonly start: Instant;
  readonly end: Instant;
}

const daysInMonth = (year: number, month: number): number => new Date(Date.UTC(year, month + 1, 0)).getUTCDate();

/** Always counted from the anchor itself, so that Jan 31 → Feb 28 → Mar 31 does not drift. */
const monthsAfter = (anchor: WallTime, months: number): WallTime => {
  const date = new Date(anchor);
  const month = date.getUTCMonth() + months;
  const first = new Date(Date.UTC(date.getUTCFullYear(), month, 1));
  const day = Math.min(date.getUTCDate(), daysInMonth(first.getUTCFullYear(), first.getUTCMonth()));
  return first.getTime() + (day - 1) * DAY_MS + (((anchor % DAY_MS) + DAY_MS) % DAY_MS);
};

const monthsBetween = (from: WallTime, to: WallTime): number => {
  const [one, other] = [new Date(from), new Date(to)];
  return (other.getUTCFullYear() - one.getUTCFullYear()) * 12 + other.getUTCMonth() - one.getUTCMonth();
};

/**
 * The usage period an instant lies in. Periods begin at the anchor and at the same wall-clock time of the rule's zone
 * every month or day after (and before) it; days 29 to 31 are clamped to a shorter month's last day. They tile time:
 * every instant lies in exactly one, across daylight saving too.
 *
 * @example
 * periodOf({ unit: 'month', timezone: 'UTC' }, Date.UTC(2026, 0, 31), Date.UTC(2026, 2, 1)); // Feb 28 to Mar 31
 */
export const periodOf = (rule: PeriodRule, anchor: Instant, now: Instant): Period => {
  const { unit, timezone } = rule;
  const origin = wallTimeAt(timezone, anchor);
  const today = wallTimeAt(timezone, now);
  const boundary = (count: number): Instant => {
    // the anchor may be the second of two equal wall-clock times
    if (count === 0) return anchor;
    return instantAt(timezone, unit === 'month' ? monthsAfter(origin, count) : origin + count * DAY_MS);
  };
  let count = unit === 'month' ? monthsBetween(origin, today) : Math.floor((today - origin) / DAY_MS);
  while (boundary(count) > now) count--;
  while (boundary(count + 1) <= now) count++;
  return { start: boundary(count), end: boundary(count + 1) };
};
