import type { ClientBase } from 'pg';
import type { IdempotencyRow } from './idempotency-entry.js';
import { ProblemError } from './problem-error.js';

/** Gives the row that keeps an answer for its `Idempotency-Key`; nothing for a request without one. */
export type KeepAnswer<Body> = (body: Body) => Promise<IdempotencyRow | undefined>;

/**
 * Keeps the answer in the transaction of what it answers, so that the repeated request of a caller who saw a crash is not
 * a second command.
 * @throws {ProblemError} `idempotency_in_flight`: another request has taken the key over meanwhile
 */
export async function keepAnswer(transaction: ClientBase, kept: IdempotencyRow | undefined): Promise<void> {
  if (kept === undefined) return;
  const { id, claim, answer } = kept.row;
  const { rowCount } = await transaction.query('update idempotency set answer = $3 where id = $1 and claim = $2', [
    id,
    claim,
    answer,
  ]);
  if (rowCount !== 1) throw new ProblemError('idempotency_in_flight', { headers: { 'Retry-After': '1' } });
}
