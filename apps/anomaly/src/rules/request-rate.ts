import type { Instant } from '@leasehold/licensing';

const SLICE_MS = 10_000;
const SLICES = 6;
const MINUTE_MS = SLICES * SLICE_MS;

/** Requests of ten seconds, by the number of those ten seconds since 1970. */
interface Slice {
  readonly slice: number;
  readonly requests: number;
}

/** The last minute and the tolerance, oldest first: at most 19 slices with a tolerance of two minutes. */
export type RecentRequests = readonly Slice[];

/** Counts a request and forgets what no minute reaches any more. */
export function countRequest(
  recent: RecentRequests,
  at: Instant,
  newest: Instant,
  toleranceMs: number,
): RecentRequests {
  const slice = sliceOf(at);
  const oldest = sliceOf(newest - toleranceMs - MINUTE_MS) + 1;
  const requests = (recent.find((other) => other.slice === slice)?.requests ?? 0) + 1;
  const others = recent.filter((other) => other.slice !== slice && other.slice >= oldest);
  return [...others, { slice, requests }].sort((a, b) => a.slice - b.slice);
}

/**
 * The busiest minute that has the request in it: of a late request not only the minute before it, but also those that
 * other requests have begun since. A minute is six slices, the last of which may be under way: never too long.
 */
export function busiestMinute(recent: RecentRequests, at: Instant): number {
  const slice = sliceOf(at);
  let busiest = 0;
  for (let last = slice; last < slice + SLICES; last++) {
    let requests = 0;
    for (const other of recent) if (other.slice <= last && other.slice > last - SLICES) requests += other.requests;
    busiest = Math.max(busiest, requests);
  }
  return busiest;
}

const sliceOf = (at: Instant): number => Math.floor(at / SLICE_MS);
