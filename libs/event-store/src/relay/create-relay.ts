import { InvariantError } from '../errors.js';
import { checkSequence } from '../read/check-sequence.js';
import type { Cursor, RowPage, StoredRow } from '../types.js';
import { createSettler, type Settler } from './create-settler.js';
import { createSignal } from './create-signal.js';
import { LeaseLostError, MEMORY_LIMIT, takeOver, type Term } from './lease.js';
import type { NewRecord, Relay, RelayOptions } from './types.js';

const MAX_BATCH = 500;
/** Published rows whose checkpoint has not moved: beyond this the relay waits for it. */
const MAX_UNSETTLED = 4 * MAX_BATCH;
const FIRST_BACKOFF_MS = 100;

/**
 * Publishes the store's events to the log, in commit order, at least once: the events table is the outbox. Of all
 * relays of a store one leads, by a lease; its fencing token guards the checkpoint. Starts at once.
 *
 * A batch is published while the next one is read and the checkpoint of the former one moves. After any failed
 * publication the relay goes on from the checkpoint.
 *
 * @example
 * const relay = createRelay({ pool, store, log, toRecords: recordsOf, instance: randomUUID(), hooks });
 * // at shutdown
 * await store.drained();
 * await relay.close();
 */
export function createRelay(options: RelayOptions): Relay {
  const { pool, store, log, toRecords, instance, hooks = {}, sealing = true, now = Date.now } = options;
  const { pollMs = 100, leaseMs = 5_000, checkpointMs = 20, maxBackoffMs = 5_000 } = options;
  const batchSize = Math.min(options.batchSize ?? MAX_BATCH, MAX_BATCH);
  const signal = createSignal();
  const stopListening = store.onCommit(() => signal.notify());
  let state: ReturnType<Relay['state']> = 'joining';
  const joinedAt = performance.now();
  let checkpoint: Cursor | undefined;
  let closing = false;
  let failures = 0;

  async function run(): Promise<void> {
    let term: Term | undefined;
    for (;;) {
      try {
        const taken = await takeOver({ pool, schema: store.schema, instance, leaseMs, sealing }, term);
        term = taken;
        if (taken !== undefined) await lead(taken);
        if (closing) break;
        // a lease that is still taken by now was renewed since, by somebody who lives
        if (state !== 'joining' || performance.now() - joinedAt > leaseMs) state = 'following';
        await pause(Math.max(pollMs, leaseMs / 10));
      } catch (error) {
        if (error instanceof InvariantError) {
          hooks.onAlarm?.(error);
          break;
        }
        if (closing) break;
        if (error instanceof LeaseLostError) {
          state = 'following';
          continue;
        }
        const delayMs = Math.min(FIRST_BACKOFF_MS * 2 ** failures++, maxBackoffMs);
        hooks.onRetry?.(error, delayMs);
        await pause(delayMs);
      }
    }
    state = 'stopped';
    stopListening();
    await term?.release().catch(() => undefined); // it runs out by itself
  }

  /** A wait that commits do not cut short, but closing does. */
  async function pause(delayMs: number): Promise<void> {
    const until = performance.now() + delayMs;
    while (!closing && performance.now() < until) await signal.wait(Math.ceil(until - performance.now()));
  }

  /** Publishes until the relay is closed and all is published, or something throws. */
  async function lead(term: Term): Promise<void> {
    state = 'leading';
    checkpoint = term.start;
    const settler = createSettler({
      intervalMs: checkpointMs,
      onFailure: () => signal.notify(),
      async move(rows, end) {
        await term.move(rows, end);
        checkpoint = end;
      },
    });
    // a failed renewal shows in `isHeld`
    const renewal = setInterval(() => void term.renew().catch(() => undefined), leaseMs / 3);
    try {
      await forward(term, settler);
    } finally {
      clearInterval(renewal);
      await settler.flush();
    }
  }

  async function forward(term: Term, settler: Settler): Promise<void> {
    const versions = new Map<string, number>();
    let cursor = term.start;
    let ahead: Promise<RowPage> | undefined;
    for (;;) {
      const { rows, cursor: end } = await (ahead ?? store.readRows(cursor, batchSize));
      ahead = undefined;
      if (!term.isHeld()) throw new LeaseLostError(`term ${term.fence} of the relay has run out`);
      settler.assertSound();
      if (rows.length === 0) {
        if (closing) return;
        await signal.wait(pollMs);
        continue;
      }
      if (versions.size > MEMORY_LIMIT) versions.clear();
      checkSequence(cursor, rows, versions);
      if (rows.length === batchSize) {
        ahead = store.readRows(end, batchSize);
        ahead.catch(() => undefined); // it is awaited unless the publication fails first
      }
      await publish(rows);
      settler.add(rows, end);
      if (settler.waiting() > MAX_UNSETTLED) await settler.flush();
      cursor = end;
    }
  }

  /** Trying again would change nothing, and would keep the lease from a newer version that can tell the event. */
  function recordsOf(row: StoredRow): readonly NewRecord[] {
    try {
      return toRecords(store.toEvent(row));
    } catch (cause) {
      if (cause instanceof InvariantError) throw cause;
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new InvariantError(`${row.type} at position ${row.position} cannot be told: ${why}`, { cause });
    }
  }

  async function publish(rows: readonly StoredRow[]): Promise<void> {
    const records = rows.flatMap(recordsOf);
    if (records.length > 0) await log.publish(records);
    failures = 0;
    const oldest = rows.reduce((least, row) => Math.min(least, row.occurredAt.getTime()), Infinity);
    hooks.onLag?.(now() - oldest);
    hooks.onPublished?.(rows.length);
  }

  const done = run();
  return {
    state: () => state,
    checkpoint: () => checkpoint,
    close() {
      closing = true;
      signal.notify();
      return done;
    },
  };
}
