import type { RowWrite } from '@leasehold/event-store';
import type { StreamChange } from './commit.js';

/**
 * Gives the row that keeps an answer for its `Idempotency-Key`, to be written with the events, so that a crash after the
 * commit does not make the repeated request a second command.
 * @example const keep: KeepAnswer<ProductBody> = (body) => idempotency.rowFor(201, body);
 */
export type KeepAnswer<Body> = (body: Body) => Promise<RowWrite | undefined>;

/** The rows that there are. */
export const rowsOf = (rows: readonly (RowWrite | undefined)[]): RowWrite[] => rows.filter((row) => row !== undefined);

/** The changes, with further rows of the same transaction. */
export const withRows = (changes: readonly StreamChange[], rows: readonly RowWrite[]): readonly StreamChange[] =>
  changes.map((change, index) => (index === 0 ? { ...change, rows: [...(change.rows ?? []), ...rows] } : change));
