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

/** The database refused an append for its content; nothing of it was stored. */
export class AppendRejectedError extends Error {
  override readonly name = 'AppendRejectedError';
  /** SQLSTATE, e.g. `23505` for a key that exists. */
  readonly sqlState: string;
  /** Name of the violated constraint, if it was one. */
  readonly constraint: string | undefined;

  constructor(message: string, options: { cause: unknown; sqlState: string; constraint: string | undefined }) {
    super(message, { cause: options.cause });
    this.sqlState = options.sqlState;
    this.constraint = options.constraint;
  }
}
