import type { Pool } from 'pg';
import type { Cursor, EventStore, StoredEvent } from '../types.js';

/** A record for the log. `null` as value is a tombstone. */
export interface NewRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Uint8Array | null;
}

/** The part of a log that the relay needs. */
export interface Publisher {
  /** Resolves when the records are durable, in the given order per partition. */
  publish(records: readonly NewRecord[]): Promise<void>;
}

export interface RelayHooks {
  /** Milliseconds from an event's `occurredAt` to its durable publication; the slowest of each batch. */
  readonly onLag?: (lagMs: number) => void;
  /** A batch is durable in the log. */
  readonly onPublished?: (events: number) => void;
  /** An attempt failed; the relay goes on from its checkpoint after the delay. */
  readonly onRetry?: (error: unknown, delayMs: number) => void;
  /** A broken invariant: the relay has stopped for good and somebody has to look. */
  readonly onAlarm?: (error: Error) => void;
}

export interface RelayOptions {
  readonly pool: Pool;
  readonly store: EventStore;
  readonly log: Publisher;
  /** Facts and state records of one event, in order. Pure: an event it throws for stops the relay, with an alarm. */
  readonly toRecords: (event: StoredEvent) => readonly NewRecord[];
  /** Whether each tenant's chain is sealed (default true). */
  readonly sealing?: boolean;
  /** Name of this process, unique among those running: a new one for each start. */
  readonly instance: string;
  readonly hooks?: RelayHooks;
  /** The poll behind the kick (default 100). */
  readonly pollMs?: number;
  /** How long a silent relay keeps its lease (default 5,000). */
  readonly leaseMs?: number;
  /** Events read at once (default and maximum 500). */
  readonly batchSize?: number;
  /** Least time between two moves of the checkpoint (default 20). */
  readonly checkpointMs?: number;
  /** Longest delay after failures (default 5,000; the first is 100). */
  readonly maxBackoffMs?: number;
  /** Wall clock in milliseconds, for the lag only (default `Date.now`). */
  readonly now?: () => number;
}

export interface Relay {
  /**
   * `following`: another relay holds the lease. `joining`: the lease is taken, but whether by a relay that lives or by one
   * that was killed shows only when it has run out; until then it may be that nobody publishes.
   */
  state(): 'joining' | 'following' | 'leading' | 'stopped';
  /** The newest checkpoint that this relay has moved to or taken over. */
  checkpoint(): Cursor | undefined;
  /** Publishes what is committed, moves the checkpoint, gives the lease back. Safe to call again. */
  close(): Promise<void>;
}
