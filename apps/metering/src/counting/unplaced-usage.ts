import type { ClientBase } from 'pg';
import { timestamp } from '../database/row-text.js';
import type { Usage } from './usage.js';

const KEEP = `
  INSERT INTO unplaced_usage (license_id, meter, at, quantity, refused)
  SELECT license_id, meter, at, quantity, refused
  FROM json_to_recordset($1::json) AS r (license_id text, meter text, at timestamptz, quantity bigint, refused boolean)`;
const TAKE = `
  DELETE FROM unplaced_usage WHERE license_id = ANY ($1::text[]) RETURNING license_id, meter, at, quantity, refused`;

interface Row {
  readonly license_id: string;
  readonly meter: string;
  readonly at: Date;
  readonly quantity: string;
  readonly refused: boolean;
}

/** Keeps usage of licenses whose facts have not arrived, so that its period cannot be known. */
export async function keepUnplaced(transaction: ClientBase, usages: readonly Usage[]): Promise<void> {
  if (usages.length === 0) return;
  const rows = usages.map(({ licenseId, meter, at, quantity, refused }) => {
    return { license_id: licenseId, meter, at: timestamp(at), quantity, refused };
  });
  await transaction.query(KEEP, [JSON.stringify(rows)]);
}

/** Takes out what was kept for these licenses, now that they are known. */
export async function takeUnplaced(transaction: ClientBase, licenseIds: readonly string[]): Promise<readonly Usage[]> {
  if (licenseIds.length === 0) return [];
  const { rows } = await transaction.query<Row>(TAKE, [licenseIds]);
  return rows.map(({ license_id: licenseId, meter, at, quantity, refused }) => {
    return { licenseId, meter, at: at.getTime(), quantity: Number(quantity), refused };
  });
}
