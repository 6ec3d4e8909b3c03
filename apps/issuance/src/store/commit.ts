import {
  AppendRejectedError,
  type AppendResult,
  type EventStore,
  MISSING_ROW,
  type RowWrite,
  UnknownOutcomeError,
} from '@leasehold/event-store';
import type { Actor, Instant } from '@leasehold/licensing';
import { type Clock, IDEMPOTENCY_TABLE, newEventId, ProblemError, type RandomSource } from '@leasehold/runtime';

/** An event in the form it has in the store: what changed, and the full effective state after it. */
export interface RecordedEvent<Change = unknown, State = unknown> {
  /** Past tense: `LicenseIssued`. */
  readonly type: string;
  readonly data: { readonly change: Change; readonly state: State };
}

/** What a command does to one stream. */
export interface StreamChange {
  readonly streamId: string;
  /** The version that was decided upon; 0 = the stream must not exist. */
  readonly expectedVersion: number;
  readonly tenantId: string;
  /** May be empty: then only the version is checked and the rows are written. */
  readonly events: readonly RecordedEvent[];
  /** Management tables, deadlines, the finished idempotency row: all of it in the append's transaction. */
  readonly rows?: readonly RowWrite[];
}

/** Who asked for it, and when that was. */
export interface Cause {
  readonly actor: Actor;
  readonly now: Instant;
}

/**
 * Commits changes of one or several streams, all or nothing. A conflict is a value (`appended: false`), nothing was written then.
 *
 * @throws {ProblemError} `service_unavailable`: the database did not say whether it was stored;
 *   `idempotency_in_flight`: another request has taken over the idempotency key meanwhile
 * @throws {AppendRejectedError} a row was refused, e.g. by a unique index named in `constraint`; nothing was written
 */
export type Commit = (cause: Cause, changes: readonly StreamChange[]) => Promise<AppendResult>;

export function createCommit(store: EventStore, clock: Clock, random: RandomSource): Commit {
  return async ({ actor, now }, changes) => {
    const metadata = { actor };
    const occurredAt = new Date(now);
    const appends = changes.map(({ events, ...change }) => ({
      ...change,
      metadata,
      events: events.map(({ type, data }) => {
        return { id: newEventId(clock, random), type, schemaVersion: 1, data, occurredAt };
      }),
    }));
    try {
      return await store.appendAll(appends);
    } catch (error) {
      if (error instanceof UnknownOutcomeError) throw new ProblemError('service_unavailable', { cause: error });
      if (isIdempotencyLost(error)) throw new ProblemError('idempotency_in_flight', { cause: error });
      throw error;
    }
  };
}

const isIdempotencyLost = (error: unknown): boolean =>
  error instanceof AppendRejectedError && error.sqlState === MISSING_ROW && error.table === IDEMPOTENCY_TABLE.name;
