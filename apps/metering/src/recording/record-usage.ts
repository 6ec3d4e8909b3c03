import type { UsageEvent, UsageResult } from '@leasehold/contracts';
import { inTransaction } from '@leasehold/messaging';
import { type KeepAnswer, keepAnswer } from '@leasehold/runtime';
import type { ClientBase, Pool } from 'pg';
import { countUsage } from '../counting/count-usage.js';
import { findContexts } from '../licenses/find-contexts.js';
import { holdLicenses, partitionOfLicense } from '../licenses/hold-licenses.js';
import { readContexts } from '../licenses/read-contexts.js';
import type { Teller } from '../telling/teller.js';
import { claimEvents } from './claim-events.js';
import { contentOf, identityOf } from './event-hashes.js';
import { judgeEvent, type PostedEvent, readEvents } from './judge-event.js';

export interface RecordUsage {
  readonly tenantId: string;
  /** One CloudEvent or several, unread. */
  readonly body: unknown;
}

/** What became of each event of a request, in order. */
export interface RecordedUsage {
  readonly results: readonly UsageResult[];
}

/** Counts the events of a request, each at most once, and keeps the answer, all or nothing. */
export async function recordUsage(
  pool: Pool,
  { tenantId, body }: RecordUsage,
  teller: Teller,
  keep: KeepAnswer<RecordedUsage>,
): Promise<RecordedUsage> {
  const events = readEvents(body);
  const licenseIds = [...new Set(events.flatMap(({ event }) => (event === undefined ? [] : [event.subject])))];
  // once they are found, or not to be found, the transaction need not wait for them
  const own = await findContexts(pool, tenantId, licenseIds);
  return inTransaction(pool, async (transaction) => {
    const recorded = { results: await record(transaction, { tenantId, events, own: [...own.keys()], teller }) };
    await keepAnswer(transaction, await keep(recorded));
    return recorded;
  });
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
