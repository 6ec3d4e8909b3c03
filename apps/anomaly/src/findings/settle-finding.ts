import type { AnomalyBody } from '@leasehold/contracts';
import type { Instant } from '@leasehold/licensing';
import { inTransaction, writeOutbox } from '@leasehold/messaging';
import { type KeepAnswer, keepAnswer } from '@leasehold/runtime';
import type { Pool } from 'pg';
import { settlementRecord } from './finding-record.js';
import { giveStatus, ownFinding } from './finding-rows.js';
import { maySettle, type Settlement } from './settle.js';
import { showFinding } from './show-finding.js';

export interface SettleFinding {
  readonly tenantId: string;
  readonly findingId: string;
  readonly to: Settlement;
  readonly now: Instant;
}

export type SettleRefusal = 'anomaly.not_found' | 'anomaly.transition_refused';

/** Gives a finding a status, tells of it, and keeps the answer, all or nothing. */
export const settleFinding = (
  pool: Pool,
  { tenantId, findingId, to, now }: SettleFinding,
  keep: KeepAnswer<AnomalyBody>,
): Promise<{ readonly done: AnomalyBody } | { readonly refusal: SettleRefusal }> =>
  inTransaction(pool, async (transaction) => {
    const found = await ownFinding(transaction, tenantId, findingId);
    if (found === undefined) return { refusal: 'anomaly.not_found' };
    if (!maySettle(found.status, to)) return { refusal: 'anomaly.transition_refused' };
    const settled = { ...found, status: to };
    await giveStatus(transaction, findingId, to);
    await writeOutbox(transaction, [settlementRecord(settled, now)]);
    const body = showFinding(settled);
    await keepAnswer(transaction, await keep(body));
    return { done: body };
  });
