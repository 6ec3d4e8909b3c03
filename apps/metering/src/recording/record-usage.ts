import type { UsageEvent, UsageResult } from '@leasehold/contracts';
import { inTransaction } from '@leasehold/messaging';
import type { ClientBase, Pool } from 'pg';
import { countUsage } from '../counting/count-usage.js';
import { findContexts } from '../licenses/find-contexts.js';
import { holdLicenses, partitionOfLicense } from '../licenses/hold-licenses.js';
import { readContexts } from '../licenses/read-contexts.js';
import type { Teller } from '../telling/teller.js';
import { claimEvents } from './claim-events.js';
import { contentOf, identityOf } from './event-hashes.js';
import { judgeEvent, type PostedEvent, readEvents } from './judge-event.js';

/** Counts the events of a request, each at most once, and answers what became of each, in order. */
export async function recordUsage(
  pool: Pool,
  tenantId: string,
  body: unknown,
  teller: Teller,
): Promise<readonly UsageResult[]> {
  const events = readEvents(body);
  const licenseIds = [...new Set(events.flatMap(({ event }) => (event === undefined ? [] : [event.subject])))];
  // once they are found, or not to be found, the transaction need not wait for them
  const own = await findContexts(pool, tenantId, licenseIds);
  return inTransaction(pool, (transaction) => record(transaction, { tenantId, events, own: [...own.keys()], teller }));
}

interface Posted {
  readonly tenantId: string;
  readonly events: readonly PostedEvent[];
  readonly own: readonly string[];
  readonly teller: Teller;
}

async function record(transaction: ClientBase, { tenantId, events, own, teller }: Posted): Promise<UsageResult[]> {
  await holdLicenses(transaction, 'counting', own.map(partitionOfLicense));
  const contexts = await readContexts(transaction, own);
  const now = teller.clock.now();
  const judged = events.map(({ id, event }) => ({ id, event, judgment: judgeEvent(event, contexts, now) }));
  const countable = judged.flatMap(({ event, judgment }) =>
    event !== undefined && 'usage' in judgment ? [{ event, usage: judgment.usage }] : [],
  );
  const outcomes = await claimEvents(transaction, tenantId, countable.map(claimOf), now);
  const accepted = countable.filter((_, at) => outcomes[at] === 'accepted');
  await countUsage(
    { transaction, contexts, teller },
    accepted.map(({ usage }) => usage),
  );
  const outcome = outcomes.values();
  return judged.map(({ id, judgment }): UsageResult => {
    if ('code' in judgment) return { id, status: 'invalid', code: judgment.code };
    return { id, status: outcome.next().value ?? 'duplicate' };
  });
}

const claimOf = ({ event }: { readonly event: UsageEvent }) => ({
  identity: identityOf(event),
  content: contentOf(event),
});
