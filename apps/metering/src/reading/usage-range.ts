import type { usageWindows } from '@leasehold/contracts';
import { DAY_MS, HOUR_MS, type Instant, isTimeZone } from '@leasehold/licensing';
import { QUARTER_MS, quarterOf } from '../counting/quarter-hour.js';
import { type LicenseContext, periodAt } from '../licenses/license-context.js';

export type UsageWindow = (typeof usageWindows)[number];

export interface UsageQuery {
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
  readonly window: UsageWindow;
  readonly timezone: string;
}

export interface UsageRange {
  readonly from: Instant;
  readonly to: Instant;
}

/** Why a query cannot be answered: the parameter, and what is wrong with it. */
export interface RangeFault {
  readonly parameter: 'from' | 'to' | 'timezone';
  readonly message: string;
}

const MOST_BUCKETS = 10_000;
const WINDOW_MS = { '15m': QUARTER_MS, hour: HOUR_MS, day: DAY_MS, total: Infinity } as const;

/**
 * The span of time that is asked for; the license's period under way unless told. Usage is kept by quarter hours, so
 * bounds that cut one are moved outwards, except those at which a period begins.
 */
export function usageRange(context: LicenseContext, query: UsageQuery, now: Instant): UsageRange | RangeFault {
  if (!isTimeZone(query.timezone)) return { parameter: 'timezone', message: 'must be an IANA time zone' };
  const period = periodAt(context, now);
  const from = boundBefore(context, query.from ?? period.start);
  const to = boundAfter(context, query.to ?? period.end);
  if (to <= from) {
    return query.to === undefined
      ? { parameter: 'from', message: 'must be before the end of the period under way, or come with a to' }
      : { parameter: 'to', message: 'must be after from' };
  }
  if ((to - from) / WINDOW_MS[query.window] > MOST_BUCKETS) {
    return { parameter: 'from', message: `must leave at most ${MOST_BUCKETS} windows before to` };
  }
  return { from, to };
}

const beginsPeriod = (context: LicenseContext, at: Instant): boolean => periodAt(context, at).start === at;

const boundBefore = (context: LicenseContext, at: Instant): Instant => (beginsPeriod(context, at) ? at : quarterOf(at));

const boundAfter = (context: LicenseContext, at: Instant): Instant =>
  beginsPeriod(context, at) || quarterOf(at) === at ? at : quarterOf(at) + QUARTER_MS;
