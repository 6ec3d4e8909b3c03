import type { PoolClient } from 'pg';
import type { LogRecord, PartitionLag, RecordBatch } from '../event-log.js';

/** An event, or in a sentence why the record is none: broken bytes, an unknown type or version. */
export type Decoded<E> = { readonly ok: E } | { readonly unreadable: string };
export type Decode<E> = (record: LogRecord) => Decoded<E>;

/** Handles events of one partition in order; its effects belong into `transaction`. */
export type HandleEvents<E> = (events: readonly E[], batch: RecordBatch, transaction: PoolClient) => Promise<void>;

export interface FailedRecord {
  readonly record: LogRecord;
  readonly reason: 'unreadable' | 'handler';
  readonly detail: string;
}

/** What became of the records of one transaction. */
export interface Delivery {
  readonly handled: number;
  readonly failed: readonly FailedRecord[];
  /** Records whose key is parked: they wait behind the failed one. */
  readonly waiting: readonly LogRecord[];
}

/** Handles records within the transaction that moves the offset over them; rejecting undoes all of it. */
export type Deliver = (
  transaction: PoolClient,
  batch: RecordBatch,
  records: readonly LogRecord[],
  parkedKeys: ReadonlySet<string>,
) => Promise<Delivery>;

/** One layer of the chain: takes a batch from the log and answers when it counts as handled. */
export type Consume = (batch: RecordBatch) => Promise<Delivery>;

interface At {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
}

/** What a service may want to count or log; every hook is optional and must not throw. Durations in milliseconds. */
export interface ConsumerHooks {
  handled?(at: At & { readonly records: number; readonly durationMs: number }): void;
  /** A batch was given up for now: the log delivers it again. */
  failed?(at: At & { readonly error: unknown; readonly durationMs: number }): void;
  retried?(at: At & { readonly attempt: number; readonly delayMs: number; readonly error: unknown }): void;
  parked?(at: At & FailedRecord): void;
  /** So many records had to wait behind a parked key. */
  waiting?(at: At & { readonly records: number }): void;
  lag?(lag: PartitionLag & { readonly group: string }): void;
  /** The log ends below what was handled: records that had been handled are gone from it. An alarm. */
  lostTail?(at: At & { readonly nextOffset: number; readonly endOffset: number }): void;
}

/** Runs a batch within a trace or a logging context. */
export type Trace = <T>(batch: RecordBatch, run: () => Promise<T>) => Promise<T>;
