import type { RowWrite } from '@leasehold/event-store';

/**
 * Gives the row that keeps an answer for its `Idempotency-Key`, to be written with the events, so that a crash after the
 * commit does not make the repeated request a second command.
 * @example const keep: KeepAnswer<ProductBody> = (body) => idempotency.rowFor(201, body);
 */
export type KeepAnswer<Body> = (body: Body) => Promise<RowWrite | undefined>;

/** The rows that there are. */
export const rowsOf = (rows: readonly (RowWrite | undefined)[]): RowWrite[] => rows.filter((row) => row !== undefined);
