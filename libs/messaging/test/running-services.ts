import { afterEach, beforeEach, expect } from '@jest/globals';
import { waitFor } from '@leasehold/testing';
import { type ConsumerHooks, createPostgresLog, type EventLog, type NewRecord } from '../src/index.js';
import { type ConsumerDatabase, TOPIC } from './consumer-database.js';
import { type ConsumingService, type OnBatch, startService } from './consuming-service.js';

export interface RunningServices {
  /** The log of a process that only publishes. */
  readonly log: EventLog;
  /** The log of another process. */
  readonly logOf: (instanceId: string, heartbeatMs?: number) => EventLog;
  readonly serve: (onBatch: OnBatch, hooks?: ConsumerHooks, from?: EventLog) => Promise<ConsumingService>;
  /** Publishes to partition 0; the key of `key:text` is what stands before the colon. */
  readonly publish: (...labels: string[]) => Promise<void>;
  /** Waits until exactly these effects are there, in this order. */
  readonly effectsAre: (labels: string[]) => Promise<true>;
  readonly closeLater: (close: () => Promise<void>) => void;
}

/** Services over one log in one database, closed after each test. */
export const runningServices = (database: ConsumerDatabase): RunningServices => {
  let log: EventLog;
  let closing: (() => Promise<void>)[] = [];
  const logOf = (instanceId: string, heartbeatMs = 30): EventLog => {
    const opened = createPostgresLog({
      pool: database.pool,
      instanceId,
      pollMs: 10,
      heartbeatMs,
      onError: () => undefined,
    });
    closing.push(() => opened.close());
    return opened;
  };
  beforeEach(async () => {
    closing = [];
    log = logOf('publisher');
    await log.createTopics([TOPIC]);
  });
  afterEach(async () => {
    for (const close of closing.reverse()) await close();
  });
  const toRecord = (label: string): NewRecord => ({
    topic: TOPIC.name,
    partition: 0,
    key: label.split(':')[0] ?? '',
    headers: {},
    value: Buffer.from(label),
  });
  return {
    get log() {
      return log;
    },
    logOf,
    serve: async (onBatch, hooks = {}, from = log) => {
      const service = await startService({ log: from, pool: database.pool, onBatch, hooks });
      closing.push(() => service.close());
      return service;
    },
    publish: (...labels) => log.publish(labels.map(toRecord)),
    effectsAre: (labels) =>
      waitFor(async () => {
        expect(await database.effects()).toEqual(labels);
        return true as const;
      }),
    closeLater: (close) => closing.push(close),
  };
};
