import type { Instant } from '@leasehold/licensing';
import type { ClientBase } from 'pg';
import { timestamp } from '../database/row-text.js';
import type { GroupedUsage } from './group-usage.js';

/** A period of a meter after something was added to it. */
export interface CountedPeriod {
  readonly licenseId: string;
  readonly meter: string;
  readonly start: Instant;
  readonly end: Instant;
  readonly used: number;
  /** The highest threshold that was told of this period. */
  readonly threshold: number;
  /** Whether a refusal was told of this period. */
  readonly exceeded: boolean;
  /** Whether there was a refusal now. */
  readonly refused: boolean;
}

const MOST = '9007199254740991';
const BUCKETS = `
  INSERT INTO usage_bucket AS counted (license_id, meter, starts_at, quantity)
  SELECT license_id, meter, starts_at, quantity
  FROM json_to_recordset($1::json) AS r (license_id text, meter text, starts_at timestamptz, quantity bigint)
  ON CONFLICT (license_id, meter, starts_at)
    DO UPDATE SET quantity = least(counted.quantity + excluded.quantity, ${MOST})`;
const PERIODS = `
  INSERT INTO usage_period AS counted (license_id, meter, starts_at, ends_at, quantity)
  SELECT license_id, meter, starts_at, ends_at, quantity
  FROM json_to_recordset($1::json)
    AS r (license_id text, meter text, starts_at timestamptz, ends_at timestamptz, quantity bigint)
  ON CONFLICT (license_id, meter, starts_at)
    DO UPDATE SET quantity = least(counted.quantity + excluded.quantity, ${MOST})
  RETURNING license_id, meter, starts_at, quantity, threshold, exceeded`;

interface PeriodRow {
  readonly license_id: string;
  readonly meter: string;
  readonly starts_at: Date;
  readonly quantity: string;
  readonly threshold: number;
  readonly exceeded: boolean;
}

/** Adds to buckets and periods, and answers how the periods stand after it. */
export async function addUsage(
  transaction: ClientBase,
  { buckets, periods }: Pick<GroupedUsage, 'buckets' | 'periods'>,
): Promise<readonly CountedPeriod[]> {
  if (buckets.length > 0) {
    const rows = buckets.map(({ licenseId, meter, start, quantity }) => {
      return { license_id: licenseId, meter, starts_at: timestamp(start), quantity };
    });
    await transaction.query({ name: 'add-buckets', text: BUCKETS, values: [JSON.stringify(rows)] });
  }
  if (periods.length === 0) return [];
  const rows = periods.map(({ licenseId, meter, start, end, quantity }) => {
    return { license_id: licenseId, meter, starts_at: timestamp(start), ends_at: timestamp(end), quantity };
  });
  const counted = await transaction.query<PeriodRow>({
    name: 'add-periods',
    text: PERIODS,
    values: [JSON.stringify(rows)],
  });
  const byPlace = new Map(
    counted.rows.map((row) => [placeOf(row.license_id, row.meter, row.starts_at.getTime()), row] as const),
  );
  return periods.map(({ licenseId, meter, start, end, refused }) => {
    const row = byPlace.get(placeOf(licenseId, meter, start));
    if (row === undefined) throw new Error('An upsert did not answer what it was given.');
    const { threshold, exceeded } = row;
    return { licenseId, meter, start, end, refused, used: Number(row.quantity), threshold, exceeded };
  });
}

const placeOf = (licenseId: string, meter: string, start: Instant): string => `${licenseId} ${meter} ${start}`;
