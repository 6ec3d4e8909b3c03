/** Something that cannot be, is: a reader that meets it stops and raises an alarm instead of going on. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/**
 * The database failed or went away while an append was on its way: it may or may not be stored.
 * The stream tells: read it before deciding again.
 */
export class UnknownOutcomeError extends Error {
  override readonly name = 'UnknownOutcomeError';
}

interface Rejection {
  readonly cause: unknown;
  readonly sqlState: string;
  readonly constraint: string | undefined;
  readonly table: string | undefined;
}

/** SQLSTATE of the row writer for an `update` of a row that is not there. {@link AppendRejectedError.table} names whose. */
export const MISSING_ROW = 'LH001';

/** The database refused an append for its content; nothing of it was stored. */
export class AppendRejectedError extends Error {
  override readonly name = 'AppendRejectedError';
  /** SQLSTATE, e.g. `23505` for a key that exists. */
  readonly sqlState: string;
  /** Name of the violated constraint, if it was one. */
  readonly constraint: string | undefined;
  /** Name of the table, where the database told it. */
  readonly table: string | undefined;

  constructor(message: string, { cause, sqlState, constraint, table }: Rejection) {
    super(message, { cause });
    this.sqlState = sqlState;
    this.constraint = constraint;
    this.table = table;
  }
}
