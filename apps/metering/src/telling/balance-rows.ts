import type { Instant } from '@leasehold/licensing';
import type { ClientBase } from 'pg';
import { timestamp } from '../database/row-text.js';
import type { ToldBalance } from './plan-balance.js';

export interface BalanceKey {
  readonly licenseId: string;
  readonly meter: string;
}

export const balanceKey = ({ licenseId, meter }: BalanceKey): string => `${licenseId}/${meter}`;

const TOLD = `
  SELECT license_id, meter, period_start, used, told_at, due_at FROM balance
  WHERE (license_id, meter) IN (SELECT * FROM unnest($1::text[], $2::text[])) AND told_at IS NOT NULL`;
const WRITE = `
  UPDATE balance AS b SET due_at = r.due_at, period_start = coalesce(r.period_start, b.period_start),
    used = coalesce(r.used, b.used), told_at = coalesce(r.told_at, b.told_at)
  FROM json_to_recordset($1::json) AS r (license_id text, meter text, due_at timestamptz,
    period_start timestamptz, used bigint, told_at timestamptz)
  WHERE b.license_id = r.license_id AND b.meter = r.meter`;

interface ToldRow {
  readonly license_id: string;
  readonly meter: string;
  readonly period_start: Date;
  readonly used: string;
  readonly told_at: Date;
  readonly due_at: Date;
}

export interface StoredBalance extends ToldBalance {
  /** When it is to be looked at next. */
  readonly dueAt: Instant;
}

/** What was told last, by `balanceKey`; absent for what was never told. */
export async function readTold(
  transaction: ClientBase,
  keys: readonly BalanceKey[],
): Promise<ReadonlyMap<string, StoredBalance>> {
  const { rows } = await transaction.query<ToldRow>({
    name: 'read-told',
    text: TOLD,
    values: [keys.map(({ licenseId }) => licenseId), keys.map(({ meter }) => meter)],
  });
  return new Map(
    rows.map((row): [string, StoredBalance] => [
      balanceKey({ licenseId: row.license_id, meter: row.meter }),
      {
        periodStart: row.period_start.getTime(),
        used: Number(row.used),
        toldAt: row.told_at.getTime(),
        dueAt: row.due_at.getTime(),
      },
    ]),
  );
}

export interface BalanceUpdate extends BalanceKey {
  readonly dueAt: Instant;
  /** Absent where nothing was told. */
  readonly told?: ToldBalance;
}

export async function writeBalances(transaction: ClientBase, updates: readonly BalanceUpdate[]): Promise<void> {
  if (updates.length === 0) return;
  const rows = updates.map(({ licenseId, meter, dueAt, told }) => ({
    license_id: licenseId,
    meter,
    due_at: timestamp(dueAt),
    ...(told === undefined
      ? {}
      : { period_start: timestamp(told.periodStart), used: told.used, told_at: timestamp(told.toldAt) }),
  }));
  await transaction.query({ name: 'write-balances', text: WRITE, values: [JSON.stringify(rows)] });
}
