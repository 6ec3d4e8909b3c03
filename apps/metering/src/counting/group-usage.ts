import type { Instant, Period } from '@leasehold/licensing';
import { type LicenseContext, periodAt } from '../licenses/license-context.js';
import type { LicenseContexts } from '../licenses/read-contexts.js';
import { quarterOf } from './quarter-hour.js';
import type { Usage } from './usage.js';

export interface BucketIncrement {
  readonly licenseId: string;
  readonly meter: string;
  readonly start: Instant;
  quantity: number;
}

export interface PeriodIncrement {
  readonly licenseId: string;
  readonly meter: string;
  readonly start: Instant;
  readonly end: Instant;
  quantity: number;
  refused: boolean;
}

export interface GroupedUsage {
  /** Both in the order of license, meter and time: rows are locked in one order by everybody. */
  readonly buckets: readonly Readonly<BucketIncrement>[];
  readonly periods: readonly Readonly<PeriodIncrement>[];
  /** Of licenses that are not known yet. */
  readonly unplaced: readonly Usage[];
}

/** Adds up usage by quarter hour and by period. A quarter hour in which a period begins is cut there. */
export function groupUsage(usages: readonly Usage[], contexts: LicenseContexts): GroupedUsage {
  const buckets = new Map<string, BucketIncrement>();
  const periods = new Map<string, PeriodIncrement>();
  const unplaced: Usage[] = [];
  const periodOfUsage = periodFinder();
  for (const usage of usages) {
    const context = contexts.get(usage.licenseId);
    if (context === undefined) {
      unplaced.push(usage);
      continue;
    }
    const { licenseId, meter, at, quantity, refused } = usage;
    const { start, end } = periodOfUsage(context, at);
    const key = `${licenseId} ${meter} `;
    const period = entry(periods, `${key}${start}`, () => ({
      licenseId,
      meter,
      start,
      end,
      quantity: 0,
      refused: false,
    }));
    period.quantity += quantity;
    period.refused ||= refused;
    if (quantity === 0) continue;
    const bucketStart = Math.max(quarterOf(at), start);
    entry(buckets, `${key}${bucketStart}`, () => ({ licenseId, meter, start: bucketStart, quantity: 0 })).quantity +=
      quantity;
  }
  return {
    buckets: [...buckets.values()].sort(byPlace),
    periods: [...periods.values()].sort(byPlace),
    unplaced,
  };
}

/** Finding a period costs; most usage of a license lies in the same. */
function periodFinder(): (context: LicenseContext, at: Instant) => Period {
  const last = new Map<string, Period>();
  return (context, at) => {
    const known = last.get(context.licenseId);
    if (known !== undefined && at >= known.start && at < known.end) return known;
    const period = periodAt(context, at);
    last.set(context.licenseId, period);
    return period;
  };
}

function entry<V>(map: Map<string, V>, key: string, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

interface Place {
  readonly licenseId: string;
  readonly meter: string;
  readonly start: Instant;
}

const byPlace = (a: Place, b: Place): number =>
  compare(a.licenseId, b.licenseId) || compare(a.meter, b.meter) || a.start - b.start;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
