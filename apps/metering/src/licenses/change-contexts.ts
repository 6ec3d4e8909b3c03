import type { LicenseState } from '@leasehold/contracts';
import type { ClientBase } from 'pg';
import { countUsage } from '../counting/count-usage.js';
import { takeUnplaced } from '../counting/unplaced-usage.js';
import { type MeterOfLicense, readPeriods } from '../counting/read-periods.js';
import { requireBalances } from '../telling/require-balances.js';
import { tellFacts } from '../telling/tell-facts.js';
import type { Teller } from '../telling/teller.js';
import { contextChanges } from './context-change.js';
import { holdLicenses, partitionOfLicense } from './hold-licenses.js';
import { readContexts } from './read-contexts.js';
import { reseedPeriods } from './reseed-periods.js';
import { writeContexts } from './write-contexts.js';

/** Takes over what licenses are now: limits, periods, and the place of calls that came before their license did. */
export async function changeContexts(
  transaction: ClientBase,
  states: readonly LicenseState[],
  teller: Teller,
): Promise<void> {
  const ids = [...new Set(states.map(({ id }) => id))];
  await holdLicenses(transaction, 'changing', ids.map(partitionOfLicense));
  const changes = contextChanges(states, await readContexts(transaction, ids));
  if (changes.length === 0) return;
  const now = teller.clock.now();
  const contexts = new Map(changes.map(({ context }) => [context.licenseId, context]));
  await writeContexts(transaction, [...contexts.values()]);
  const matching = (which: 'isNew' | 'newPeriods' | 'newLimits') =>
    changes.filter((change) => change[which]).map(({ context }) => context);
  await reseedPeriods(transaction, matching('newPeriods'), now);
  const waiting = await takeUnplaced(
    transaction,
    matching('isNew').map(({ licenseId }) => licenseId),
  );
  // told by those who look for what is due, after the transaction
  await requireBalances(transaction, matching('newLimits'), now);
  await countUsage({ transaction, contexts, teller }, waiting);
  const meters = changes.flatMap(({ context, isNew }): MeterOfLicense[] =>
    isNew ? [] : Object.keys(context.limits).map((meter) => ({ context, meter })),
  );
  // a lower limit can be past a threshold at once
  await tellFacts(transaction, await readPeriods(transaction, meters, now), contexts, teller);
}
