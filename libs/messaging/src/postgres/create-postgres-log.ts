import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { createEventLog, type EngineOptions } from '../engine/create-event-log.js';
import type { EventLog } from '../event-log.js';
import type { HousekeepingOptions } from './housekeeping.js';
import { createPostgresStore } from './postgres-store.js';

const DEFAULTS = {
  pollMs: 50,
  leaseMs: 5_000,
  heartbeatMs: 1_000,
  housekeepingMs: 30_000,
  offsetReportMs: 200,
  concurrentBatches: 3,
  compactAfterRecords: 1_000,
  tombstoneMs: 86_400_000,
};

export interface PostgresLogOptions extends Partial<EngineOptions & HousekeepingOptions> {
  /** Connections to the database of the log; the log needs two or more and leaves the pool open when it closes. */
  readonly pool: Pool;
  /**
   * Names the place that runs the process, such as a pod: at most one process at a time uses it, and a new start takes
   * over the partitions of the former one at once.
   */
  readonly instanceId: string;
  /** What went wrong and is tried again: for the operator's log. */
  readonly onError: (error: unknown) => void;
}

/**
 * The embedded log: durable, in PostgreSQL (the schema of `eventLogMigrationSql`), for any number of processes. Make
 * one in a process and share it: its readers are then woken without asking, and one poll serves them all.
 */
export const createPostgresLog = ({ pool, ...options }: PostgresLogOptions): EventLog => {
  const all = {
    ...DEFAULTS,
    bootId: randomUUID(),
    now: () => Date.now(),
    monotonic: () => performance.now(),
    ...options,
  };
  // a pool without a listener ends the process when an idle connection is lost
  if (pool.listenerCount('error') === 0) pool.on('error', options.onError);
  return createEventLog(createPostgresStore(pool, all), all);
};
