import type { Instant } from '@leasehold/licensing';
import type { ClientBase } from 'pg';
import { timestamp } from '../database/row-text.js';
import { enforcedMeters, type LicenseContext } from '../licenses/license-context.js';
import { partitionOfLicense } from '../licenses/hold-licenses.js';

const REMOVE = `
  DELETE FROM balance AS b USING json_to_recordset($1::json) AS r (license_id text, meters json)
  WHERE b.license_id = r.license_id AND b.meter NOT IN (SELECT json_array_elements_text(r.meters))`;
const REQUIRE = `
  INSERT INTO balance (license_id, meter, partition, due_at)
  SELECT r.license_id, meter, r.partition, r.due_at
  FROM json_to_recordset($1::json) AS r (license_id text, partition integer, due_at timestamptz, meters json),
    json_array_elements_text(r.meters) AS meter
  ON CONFLICT (license_id, meter)
    DO UPDATE SET due_at = excluded.due_at, period_start = NULL, used = NULL, told_at = NULL`;

/** Has the balance of each enforced limit told anew, and that of no other limit any more. */
export async function requireBalances(
  transaction: ClientBase,
  contexts: readonly LicenseContext[],
  now: Instant,
): Promise<void> {
  if (contexts.length === 0) return;
  const rows = contexts.map((context) => ({
    license_id: context.licenseId,
    partition: partitionOfLicense(context.licenseId),
    due_at: timestamp(now),
    meters: enforcedMeters(context),
  }));
  const values = [JSON.stringify(rows)];
  await transaction.query({ name: 'remove-balances', text: REMOVE, values });
  await transaction.query({ name: 'require-balances', text: REQUIRE, values });
}
