import type { ClientBase } from 'pg';
import type { LicenseContexts } from '../licenses/read-contexts.js';
import { tellBalances } from '../telling/tell-balances.js';
import { tellFacts } from '../telling/tell-facts.js';
import type { Teller } from '../telling/teller.js';
import { addUsage } from './add-usage.js';
import { groupUsage } from './group-usage.js';
import { keepUnplaced } from './unplaced-usage.js';
import type { Usage } from './usage.js';

export interface Counting {
  readonly transaction: ClientBase;
  /** Read after the licenses were held. */
  readonly contexts: LicenseContexts;
  readonly teller: Teller;
}

/** Counts usage, and leaves in the outbox what there is to tell: all of it or nothing, with the caller's transaction. */
export async function countUsage(counting: Counting, usages: readonly Usage[]): Promise<{ unplaced: number }> {
  if (usages.length === 0) return { unplaced: 0 };
  const { transaction, contexts, teller } = counting;
  const grouped = groupUsage(usages, contexts);
  await keepUnplaced(transaction, grouped.unplaced);
  const periods = await addUsage(transaction, grouped);
  await tellFacts(transaction, periods, contexts, teller);
  await tellBalances(transaction, periods, contexts, teller);
  return { unplaced: grouped.unplaced.length };
}
