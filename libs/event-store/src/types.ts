/** Who caused an event. Identifiers only, never personal data. */
export interface EventActor {
  /** What kind of caller it is, e.g. `api-key`, `operator`, `scheduler`. */
  readonly type: string;
  readonly id: string;
}

/** What is known about an event besides its content. The same for all events of one append. */
export interface EventMetadata {
  readonly actor: EventActor;
  readonly correlationId?: string;
  readonly causationId?: string;
  /** W3C trace context of the request that appended. */
  readonly traceparent?: string;
}

/** An event that is not stored yet. */
export interface NewEvent {
  /** UUIDv7, made by the caller. */
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  /** Anything `JSON.stringify` keeps whole; no personal data. */
  readonly data: unknown;
  readonly occurredAt: Date;
}

/**
 * A place in the store. Position order is commit order; a restored store starts a higher epoch, whose
 * places sort behind every place of the former one.
 */
export interface Cursor {
  readonly epoch: number;
  readonly position: number;
}

/**
 * An event as read back, brought to its newest schema version.
 *
 * `position` is a number, not a bigint: positions are dense (1, 2, 3, …), and at 50,000 appends a second 2^53 lasts 5,000
 * years. A read refuses an unsafe integer with an {@link InvariantError}.
 */
export interface StoredEvent extends Cursor {
  readonly id: string;
  readonly streamId: string;
  /** Place in its stream, from 1, without holes. */
  readonly version: number;
  readonly type: string;
  readonly schemaVersion: number;
  readonly tenantId: string;
  readonly data: unknown;
  readonly metadata: EventMetadata;
  readonly occurredAt: Date;
}

/**
 * A change of a management table, made in the append's own transaction by the schema's `write_rows` function
 * (see `rowWriterSql`).
 *
 * * `insert` fails on an existing key: the append is refused with an {@link AppendRejectedError} naming the constraint;
 * * `upsert` inserts, or changes the columns that `row` names;
 * * `update` changes the columns that `row` names, and is refused as {@link MISSING_ROW} if there is no such row;
 * * `delete` removes the row with the key in `row`, if there is one.
 */
export interface RowWrite {
  readonly table: string;
  readonly op: 'insert' | 'upsert' | 'update' | 'delete';
  /** Column names and values as JSON. */
  readonly row: Readonly<Record<string, unknown>>;
}

/** One stream's new events, with the version the caller decided upon. */
export interface Append {
  readonly streamId: string;
  /** Version of the stream's last event; 0 = the stream must not exist. */
  readonly expectedVersion: number;
  readonly tenantId: string;
  /** May be empty: then only the version is checked and the rows are written. */
  readonly events: readonly NewEvent[];
  readonly metadata: EventMetadata;
  readonly rows?: readonly RowWrite[];
}

/**
 * What became of an append. `version` is the stream's version now (of the last stream, for an append of several),
 * `position` the place of its last event. A conflict is a value: the stream stands at `actualVersion`; nothing was written.
 */
export type AppendResult =
  | { readonly appended: true; readonly version: number; readonly position: number }
  | { readonly appended: false; readonly conflict: true; readonly streamId: string; readonly actualVersion: number };

export interface EventPage {
  readonly events: readonly StoredEvent[];
  /** Where to read on; the given cursor if there was nothing. */
  readonly cursor: Cursor;
}

/** A row as it is stored: `data` and `metadata` are the very text that was written. What seals are computed over. */
export interface StoredRow extends Cursor {
  readonly id: string;
  readonly streamId: string;
  readonly version: number;
  readonly type: string;
  readonly schemaVersion: number;
  readonly tenantId: string;
  readonly data: string;
  readonly metadata: string;
  readonly occurredAt: Date;
}

export interface RowPage {
  readonly rows: readonly StoredRow[];
  readonly cursor: Cursor;
}

export interface EventStore {
  readonly schema: string;
  /**
   * Appends to one stream.
   * @throws {UnknownOutcomeError} the database did not say whether it was stored: read the stream before trying again
   * @throws {AppendRejectedError} the database refused the content; nothing was written
   */
  append(append: Append): Promise<AppendResult>;
  /** Appends to several streams, all or nothing, in the given order. */
  appendAll(appends: readonly Append[]): Promise<AppendResult>;
  /**
   * A stream's events in order, from a version on (default 1), at most `limit` (default all); empty if there is no such
   * stream.
   * @throws {InvariantError} a version is missing
   */
  readStream(streamId: string, fromVersion?: number, limit?: number): Promise<readonly StoredEvent[]>;
  /**
   * Events behind a cursor in commit order, at most `limit`. One statement, on the primary only.
   * @throws {InvariantError} a position or a version is missing
   */
  readAll(cursor: Cursor, limit: number): Promise<EventPage>;
  /** As {@link readAll}, without decoding. */
  readRows(cursor: Cursor, limit: number): Promise<RowPage>;
  /** Decodes a row and brings it to its newest schema version. */
  toEvent(row: StoredRow): StoredEvent;
  /** Resolves once no append is queued or in flight. */
  drained(): Promise<void>;
  /** Calls the listener after each commit of this process that stored events. Returns the way to stop. */
  onCommit(listener: () => void): () => void;
}
