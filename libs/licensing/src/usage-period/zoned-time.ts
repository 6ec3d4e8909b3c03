import { DAY_MS, type Instant } from '../instant.js';

/** A wall-clock time without a zone, as the instant it would be in UTC. */
export type WallTime = number;

const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (timezone: string): Intl.DateTimeFormat => {
  const known = formats.get(timezone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timezone, format);
  return format;
};

/** Whether a name is an IANA time zone this runtime knows. Offsets such as `+02:00` are no zones. */
export const isTimeZone = (name: string): boolean => {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};

/** What clocks in the zone show at an instant. */
export const wallTimeAt = (timezone: string, instant: Instant): WallTime => {
  if (timezone === 'UTC') return instant;
  const fields = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
  for (const { type, value } of formatOf(timezone).formatToParts(instant))
    if (type in fields) fields[type as keyof typeof fields] = Number(value);
  const { year, month, day, hour, minute, second } = fields;
  const milliseconds = ((instant % 1000) + 1000) % 1000;
  return Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
};

/**
 * The instant at which clocks in the zone show a time. Of a time shown twice the first one; a time that is skipped counts
 * on from before the gap (02:30 becomes 03:30).
 */
export const instantAt = (timezone: string, wall: WallTime): Instant => {
  if (timezone === 'UTC') return wall;
  // offsets lie within 14 hours, so a day to each side is before and after any change that matters here
  const before = wall - DAY_MS;
  const after = wall + DAY_MS;
  const early = wall - (wallTimeAt(timezone, before) - before);
  if (wallTimeAt(timezone, early) === wall) return early;
  const late = wall - (wallTimeAt(timezone, after) - after);
  return wallTimeAt(timezone, late) === wall ? late : early;
};
