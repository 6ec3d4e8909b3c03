/** A point in time: milliseconds since the Unix epoch, UTC, leap seconds ignored. */
export type Instant = number;

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** The instant `days` times 24 hours after `from`: durations and grace are lengths, not calendar days. */
export const daysAfter = (from: Instant, days: number): Instant => from + days * DAY_MS;
