import { ProblemError } from '@leasehold/runtime';
import { DatabaseError } from 'pg';
import type { Queryable } from '../database/queryable.js';
import type { UsageRange, UsageWindow } from './usage-range.js';

export interface UsageSum {
  readonly start: number;
  readonly quantity: number;
}

/** What windows begin at, in SQL; `$5` is the time zone. A window that begins before the range is shown from there. */
const WINDOW_START: Readonly<Record<UsageWindow, string>> = {
  '15m': `date_bin('15 minutes', starts_at, timestamptz 'epoch')`,
  hour: `date_trunc('hour', starts_at, $5)`,
  day: `date_trunc('day', starts_at, $5)`,
  total: `$3::timestamptz`,
};
const UNKNOWN_ZONE = '22023';
const MOST = '9007199254740991';

const sums = (window: UsageWindow): string => `
  SELECT greatest(${WINDOW_START[window]}, $3::timestamptz) AS start, least(sum(quantity), ${MOST})::bigint AS quantity
  FROM usage_bucket
  WHERE license_id = $1 AND meter = $2 AND starts_at >= $3 AND starts_at < $4 AND $5::text IS NOT NULL
  GROUP BY 1 ORDER BY 1`;

export interface MeterRange extends UsageRange {
  readonly licenseId: string;
  readonly meter: string;
  readonly window: UsageWindow;
  readonly timezone: string;
}

/** Usage by windows of the zone, oldest first; windows without usage are absent. */
export async function sumBuckets(
  database: Queryable,
  { licenseId, meter, from, to, window, timezone }: MeterRange,
): Promise<readonly UsageSum[]> {
  try {
    const { rows } = await database.query<{ start: Date; quantity: string }>({
      name: `sum-buckets-${window}`,
      text: sums(window),
      values: [licenseId, meter, new Date(from), new Date(to), timezone],
    });
    return rows.map(({ start, quantity }) => ({ start: start.getTime(), quantity: Number(quantity) }));
  } catch (error) {
    // the database has a list of zones of its own
    if (error instanceof DatabaseError && error.code === UNKNOWN_ZONE) throw unusableZone(error);
    throw error;
  }
}

const unusableZone = (cause: Error): ProblemError =>
  new ProblemError('invalid_request', {
    errors: [{ pointer: 'query/timezone', message: 'must be an IANA time zone' }],
    cause,
  });
