import type { Instant } from '@leasehold/licensing';
import type { CountedPeriod } from './add-usage.js';
import type { Queryable } from '../database/queryable.js';
import { type LicenseContext, periodAt } from '../licenses/license-context.js';

const PERIODS = `
  SELECT asked.n, p.quantity, p.threshold, p.exceeded
  FROM unnest($1::text[], $2::text[], $3::timestamptz[]) WITH ORDINALITY AS asked (license_id, meter, starts_at, n)
  JOIN usage_period AS p USING (license_id, meter, starts_at)`;

interface Row {
  readonly n: string;
  readonly quantity: string;
  readonly threshold: number;
  readonly exceeded: boolean;
}

export interface MeterOfLicense {
  readonly context: LicenseContext;
  readonly meter: string;
}

/** How the periods under way stand; one in which nothing was counted stands at 0. */
export async function readPeriods(
  database: Queryable,
  meters: readonly MeterOfLicense[],
  now: Instant,
): Promise<readonly CountedPeriod[]> {
  const periods = meters.map(({ context }) => periodAt(context, now));
  const { rows } = await database.query<Row>({
    name: 'read-periods',
    text: PERIODS,
    values: [
      meters.map(({ context }) => context.licenseId),
      meters.map(({ meter }) => meter),
      periods.map(({ start }) => new Date(start)),
    ],
  });
  const found = new Map(rows.map((row) => [Number(row.n) - 1, row]));
  return periods.map(({ start, end }, at) => {
    const row = found.get(at);
    return {
      licenseId: meters[at]?.context.licenseId ?? '',
      meter: meters[at]?.meter ?? '',
      start,
      end,
      used: Number(row?.quantity ?? 0),
      threshold: row?.threshold ?? 0,
      exceeded: row?.exceeded ?? false,
      refused: false,
    };
  });
}
