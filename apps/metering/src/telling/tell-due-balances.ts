import { TOPICS } from '@leasehold/contracts';
import type { Instant } from '@leasehold/licensing';
import { inTransaction } from '@leasehold/messaging';
import type { ClientBase, Pool } from 'pg';
import { holdLicenses } from '../licenses/hold-licenses.js';
import { readContexts } from '../licenses/read-contexts.js';
import { type MeterOfLicense, readPeriods } from '../counting/read-periods.js';
import { tellBalances } from './tell-balances.js';
import type { Teller } from './teller.js';

const DUE_PARTITIONS = `
  SELECT partition FROM generate_series(0, $1::int - 1) AS partition
  WHERE EXISTS (SELECT FROM balance AS b WHERE b.partition = partition.partition AND b.due_at <= $2)`;
const DUE = 'SELECT license_id, meter FROM balance WHERE partition = $1 AND due_at <= $2 ORDER BY due_at LIMIT $3';
const BATCH = 500;

/**
 * Tells the balances that are due: those that changed by little a while ago, those whose limit changed, and those
 * whose period has begun anew. Other processes may do the same at once: whoever comes second finds nothing due.
 */
export async function tellDueBalances(pool: Pool, teller: Teller): Promise<void> {
  const { rows } = await pool.query<{ partition: number }>(DUE_PARTITIONS, [
    TOPICS.licenses.partitions,
    new Date(teller.clock.now()),
  ]);
  for (const { partition } of rows) {
    let count: number;
    do count = await inTransaction(pool, (transaction) => tellDueOf(transaction, partition, teller));
    while (count === BATCH);
  }
}

async function tellDueOf(transaction: ClientBase, partition: number, teller: Teller): Promise<number> {
  await holdLicenses(transaction, 'changing', [partition]);
  const now = teller.clock.now();
  const due = await dueOf(transaction, partition, now);
  const contexts = await readContexts(transaction, [...new Set(due.map(({ license_id }) => license_id))]);
  const meters = due.flatMap(({ license_id, meter }): MeterOfLicense[] => {
    const context = contexts.get(license_id);
    return context === undefined ? [] : [{ context, meter }];
  });
  await tellBalances(transaction, await readPeriods(transaction, meters, now), contexts, teller);
  return due.length;
}

async function dueOf(transaction: ClientBase, partition: number, now: Instant) {
  const { rows } = await transaction.query<{ license_id: string; meter: string }>(DUE, [
    partition,
    new Date(now),
    BATCH,
  ]);
  return rows;
}
