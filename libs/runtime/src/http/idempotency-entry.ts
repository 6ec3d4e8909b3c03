/** A change of the idempotency table that belongs into a use case's own transaction; fits the event store's rows. */
export interface IdempotencyRow {
  readonly table: 'idempotency';
  readonly op: 'update';
  readonly row: Readonly<Record<string, unknown>>;
}

/** An answer as it is kept and given again. */
export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * A request's hold on its `Idempotency-Key`. A use case that writes to the database takes {@link rowFor} into its own
 * transaction, so that a crash after the commit still gives the same answer again; without that, the answer is kept
 * just before it is sent.
 */
export interface IdempotencyEntry {
  /**
   * The finished row; `undefined` when the request has no key. `status`, `body` and `headers` must be those the handler
   * then answers. The row's update fails when another request has taken the key over meanwhile (after 60 s).
   */
  rowFor(
    status: number,
    body: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<IdempotencyRow | undefined>;
  /** Keeps what is about to be sent, or frees the key. Never fails. */
  settle(answer: StoredAnswer): Promise<void>;
}

const nothing = Promise.resolve(undefined);

/** The entry of a request without a key. */
export const UNKEYED: IdempotencyEntry = { rowFor: () => nothing, settle: () => nothing };
