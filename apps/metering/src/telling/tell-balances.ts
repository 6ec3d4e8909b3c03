import type { UsageBalance } from '@leasehold/contracts';
import { writeOutbox } from '@leasehold/messaging';
import type { Instant, Period } from '@leasehold/licensing';
import type { ClientBase } from 'pg';
import type { CountedPeriod } from '../counting/add-usage.js';
import { API_CALLS, isEnforced, type LicenseContext, limitOf } from '../licenses/license-context.js';
import { partitionOfLicense } from '../licenses/hold-licenses.js';
import type { LicenseContexts } from '../licenses/read-contexts.js';
import { type AckedByBoot, ackedByPartition } from './acked-by-partition.js';
import { balanceKey, type BalanceUpdate, readTold, writeBalances } from './balance-rows.js';
import { type Balance, planBalance } from './plan-balance.js';
import type { Teller } from './teller.js';
import { balanceRecord } from './usage-records.js';

interface StandingBalance extends Balance {
  readonly context: LicenseContext;
  readonly meter: string;
}

type Standing = Pick<CountedPeriod, 'licenseId' | 'meter' | 'start' | 'end' | 'used'>;

/**
 * Tells validators how enforced limits stand, where that is worth telling now, and notes when to look again. Only the
 * period under way is told: an older one must never take its place on the topic.
 */
export async function tellBalances(
  transaction: ClientBase,
  standings: readonly Standing[],
  contexts: LicenseContexts,
  teller: Teller,
): Promise<void> {
  const now = teller.clock.now();
  const balances = standings.flatMap((standing) => balanceOf(standing, contexts.get(standing.licenseId), now));
  if (balances.length === 0) return;
  const lastTold = await readTold(transaction, balances.map(keyOf));
  const planned = balances.map((balance) => {
    const stored = lastTold.get(balanceKey(keyOf(balance)));
    return { balance, plan: planBalance(stored, balance, now), dueAt: stored?.dueAt };
  });
  const told = planned.filter(({ plan }) => plan.tell).map(({ balance }) => balance);
  if (told.length > 0) {
    const acked = await ackedOf(transaction, told);
    await writeOutbox(
      transaction,
      told.map((balance) => balanceRecord(toWire(balance, acked), teller)),
    );
  }
  await writeBalances(
    transaction,
    planned
      .filter(({ plan, dueAt }) => plan.tell || plan.dueAt !== dueAt)
      .map(({ balance, plan }) => updateOf(balance, plan, now)),
  );
}

const keyOf = ({ context, meter }: StandingBalance) => ({ licenseId: context.licenseId, meter });

function balanceOf(
  { meter, start, end, used }: Standing,
  context: LicenseContext | undefined,
  now: Instant,
): StandingBalance[] {
  if (context === undefined || !isEnforced(context, meter) || now < start || now >= end) return [];
  const limit = limitOf(context, meter);
  const period: Period = { start, end };
  return limit === undefined ? [] : [{ context, meter, used, limit, period }];
}

/** Validators number calls only; what is posted is known to nobody before it is counted. */
function ackedOf(transaction: ClientBase, told: readonly StandingBalance[]): Promise<ReadonlyMap<number, AckedByBoot>> {
  const calls = told.filter(({ meter }) => meter === API_CALLS);
  const partitions = [...new Set(calls.map(({ context }) => partitionOfLicense(context.licenseId)))];
  return ackedByPartition(transaction, partitions);
}

function toWire(
  { context, meter, used, limit, period }: StandingBalance,
  acked: ReadonlyMap<number, AckedByBoot>,
): UsageBalance {
  const { licenseId, tenantId } = context;
  return {
    license: licenseId,
    tenant: tenantId,
    meter,
    used,
    limit,
    periodStart: period.start,
    periodEnd: period.end,
    acked: (meter === API_CALLS ? acked.get(partitionOfLicense(licenseId)) : undefined) ?? {},
  };
}

function updateOf(
  { context, meter, used, period }: StandingBalance,
  { tell, dueAt }: { readonly tell: boolean; readonly dueAt: Instant },
  now: Instant,
): BalanceUpdate {
  const update = { licenseId: context.licenseId, meter, dueAt };
  return tell ? { ...update, told: { periodStart: period.start, used, toldAt: now } } : update;
}
