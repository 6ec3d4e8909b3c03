import type { Pool } from 'pg';
import { pause } from '../engine/pause.js';
import { FatalConsumerError } from '../fatal-consumer-error.js';
import type { Consume, ConsumerHooks, Deliver, Trace } from './consume.js';
import { fenced } from './fenced.js';
import { isTransient } from './is-transient.js';
import { parkedKeysOf, parkRecords } from './park-records.js';

/** Counts and times what the inner layers did, once it is durable. */
export const measured =
  (group: string, hooks: ConsumerHooks, monotonic: () => number, inner: Consume): Consume =>
  async (batch) => {
    const { topic, partition } = batch;
    const at = { group, topic, partition };
    const startedAt = monotonic();
    try {
      const delivery = await inner(batch);
      hooks.handled?.({ ...at, records: delivery.handled, durationMs: monotonic() - startedAt });
      for (const failed of delivery.failed) hooks.parked?.({ ...at, ...failed });
      if (delivery.waiting.length > 0) hooks.waiting?.({ ...at, records: delivery.waiting.length });
      return delivery;
    } catch (error) {
      hooks.failed?.({ ...at, error, durationMs: monotonic() - startedAt });
      throw error;
    }
  };

export const traced =
  (trace: Trace, inner: Consume): Consume =>
  (batch) =>
    trace(batch, () => inner(batch));

/** Whether trying again, here or record by record, makes no sense or no difference. */
const isHopeless = (error: unknown): boolean => error instanceof FatalConsumerError;

/** A batch that failed for good is run again record by record, so that the bad one is parked and the rest goes on. */
export const deadLettered =
  (isolate: Consume, stopping: AbortSignal, inner: Consume): Consume =>
  async (batch) => {
    try {
      return await inner(batch);
    } catch (error) {
      if (isHopeless(error) || isTransient(error) || stopping.aborted || batch.isStale()) throw error;
      return isolate(batch);
    }
  };

/** Tries again after each of `delaysMs`, unless the partition went to somebody else or the consumer is stopping. */
export const retried =
  (group: string, delaysMs: readonly number[], hooks: ConsumerHooks, stopping: AbortSignal, inner: Consume): Consume =>
  async (batch) => {
    const { topic, partition } = batch;
    const isOver = (): boolean => stopping.aborted || batch.isStale();
    for (const [index, delayMs] of delaysMs.entries()) {
      try {
        return await inner(batch);
      } catch (error) {
        if (isHopeless(error) || isOver()) throw error;
        hooks.retried?.({ group, topic, partition, attempt: index + 1, delayMs, error });
        await pause(delayMs, stopping);
        await batch.heartbeat();
        if (isOver()) throw error;
      }
    }
    return inner(batch);
  };

const NOTHING = { handled: 0, failed: [], waiting: [] };

/** The innermost layer: effects, parking and offset are one transaction. */
export const transacted =
  (pool: Pool, group: string, deliver: Deliver): Consume =>
  async (batch) => {
    const result = await fenced(pool, batch, group, async (transaction, records) => {
      const parkedKeys = await parkedKeysOf(transaction, group, batch);
      const delivery = await deliver(transaction, batch, records, parkedKeys);
      await parkRecords(transaction, group, delivery);
      return delivery;
    });
    return 'done' in result ? result.done : NOTHING;
  };
