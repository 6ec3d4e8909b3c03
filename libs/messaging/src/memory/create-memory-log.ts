import { createEventLog, type EngineOptions } from '../engine/create-event-log.js';
import type { EventLog } from '../event-log.js';
import { createMemoryStore, type MemoryStore } from './memory-store.js';

const ENGINE: EngineOptions = {
  instanceId: 'memory',
  bootId: 'memory',
  pollMs: 5,
  leaseMs: 10_000,
  heartbeatMs: 20,
  housekeepingMs: 1_000,
  offsetReportMs: 1,
  concurrentBatches: 4,
  now: () => Date.now(),
  monotonic: () => performance.now(),
  onError: () => undefined,
};

export interface MemoryLogOptions {
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** What went wrong and is tried again; silent by default. */
  readonly onError?: (error: unknown) => void;
}

/** The engine over a given store: several logs over one store are several processes at one log. */
export const openMemoryLog = (
  store: MemoryStore,
  options: MemoryLogOptions & { readonly instanceId?: string; readonly bootId?: string },
): EventLog => createEventLog(store, { ...ENGINE, ...options });

/** A log that lives and ends with the object: for tests of what consumes or publishes. */
export const createMemoryLog = (options: MemoryLogOptions = {}): EventLog =>
  openMemoryLog(createMemoryStore(options.now ?? ENGINE.now), options);
