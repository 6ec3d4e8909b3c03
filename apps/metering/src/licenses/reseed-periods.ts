import type { Instant } from '@leasehold/licensing';
import type { ClientBase } from 'pg';
import { timestamp } from '../database/row-text.js';
import { type LicenseContext, periodAt } from './license-context.js';

const RESEED = `
  INSERT INTO usage_period (license_id, meter, starts_at, ends_at, quantity)
  SELECT license_id, b.meter, r.starts_at, r.ends_at, sum(b.quantity)
  FROM json_to_recordset($1::json) AS r (license_id text, starts_at timestamptz, ends_at timestamptz)
  JOIN usage_bucket AS b USING (license_id)
  WHERE b.starts_at >= r.starts_at AND b.starts_at < r.ends_at
  GROUP BY license_id, b.meter, r.starts_at, r.ends_at
  ON CONFLICT (license_id, meter, starts_at) DO UPDATE SET quantity = excluded.quantity, ends_at = excluded.ends_at`;

/**
 * Begins the period under way by what the buckets hold, for licenses whose periods are cut otherwise from now on. A
 * quarter hour that the new cut goes through stays with the period before.
 */
export async function reseedPeriods(
  transaction: ClientBase,
  contexts: readonly LicenseContext[],
  now: Instant,
): Promise<void> {
  if (contexts.length === 0) return;
  const rows = contexts.map((context) => {
    const { start, end } = periodAt(context, now);
    return { license_id: context.licenseId, starts_at: timestamp(start), ends_at: timestamp(end) };
  });
  await transaction.query(RESEED, [JSON.stringify(rows)]);
}
