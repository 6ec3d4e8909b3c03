import type { BatchHandler, Follower, RecordBatch, Topic } from '../event-log.js';
import type { EndWatch } from './end-watch.js';
import { type LogStore, partitionKey, partitionsOf, type PartitionId } from './log-store.js';
import { pause } from './pause.js';
import { startReader } from './partition-reader.js';
import { createSlots } from './slots.js';
import { toBatch } from './to-batch.js';

export interface FollowerDependencies {
  readonly store: LogStore;
  readonly watch: EndWatch;
  readonly concurrentBatches: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** When the ends were last read from the log. */
  readonly lastLookAt: () => number;
  readonly onError: (error: unknown) => void;
}

interface Waiter {
  readonly target: ReadonlyMap<string, number>;
  readonly passed: () => void;
}

/** Reads all partitions from offset 0; positions live in memory only. */
export const startFollower = async (
  dependencies: FollowerDependencies,
  topics: readonly Topic[],
  handle: BatchHandler,
): Promise<Follower> => {
  const { store, watch, now, lastLookAt, onError } = dependencies;
  const ids = partitionsOf(topics);
  const positions = new Map(ids.map((id) => [partitionKey(id), 0]));
  const waiters = new Set<Waiter>();
  let progressAt = now();
  let closed = false;

  const positionOf = (id: PartitionId): number => positions.get(partitionKey(id)) ?? 0;
  const isPassed = (target: ReadonlyMap<string, number>): boolean =>
    [...target].every(([key, offset]) => (positions.get(key) ?? 0) >= offset);
  const presentEnds = (): ReadonlyMap<string, number> =>
    new Map(ids.map((id) => [partitionKey(id), watch.endOf(id)] as const));

  const moved = (id: PartitionId, position: number): void => {
    positions.set(partitionKey(id), position);
    progressAt = now();
    for (const waiter of [...waiters]) if (isPassed(waiter.target)) waiter.passed();
  };

  /** Calls `passed` at most once, as soon as the target is reached; returns how to give up. */
  const whenPassed = (target: ReadonlyMap<string, number>, passed: () => void): (() => void) => {
    const waiter: Waiter = {
      target,
      passed: () => {
        waiters.delete(waiter);
        passed();
      },
    };
    waiters.add(waiter);
    if (isPassed(target)) waiter.passed();
    return () => waiters.delete(waiter);
  };

  await watch.refresh();
  const atStart = presentEnds();
  const slots = createSlots(dependencies.concurrentBatches);
  let failCaughtUp: (error: Error) => void = () => undefined;
  const caughtUp = new Promise<void>((resolve, reject) => {
    failCaughtUp = reject;
    whenPassed(atStart, resolve);
  });
  caughtUp.catch(() => undefined); // who does not wait for it must not be ended by its rejection

  const liveBatch = { heartbeat: () => Promise.resolve(), isStale: () => closed };
  const readers = ids.map((id) =>
    startReader({
      id,
      store,
      watch,
      slots,
      startOffset: () => Promise.resolve(positionOf(id)),
      handle: (records) => handle(toBatch(id, records, liveBatch) satisfies RecordBatch),
      onPosition: (position) => moved(id, position),
      onError,
      onFatal: (error) => {
        failCaughtUp(error);
        onError(error);
      },
    }),
  );

  return {
    caughtUp,
    passedPresentEnd: async (timeoutMs) => {
      const over = new AbortController();
      const deadline = pause(timeoutMs, over.signal).then(() => false);
      let giveUp = (): void => undefined;
      const passed = watch.refresh().then(
        () => new Promise<boolean>((resolve) => (giveUp = whenPassed(presentEnds(), () => resolve(true)))),
        () => false,
      );
      return Promise.race([passed, deadline]).finally(() => {
        giveUp();
        over.abort();
      });
    },
    lastProgressAt: () => (isPassed(presentEnds()) ? Math.max(progressAt, lastLookAt()) : progressAt),
    close: async () => {
      await Promise.all(readers.map((reader) => reader.stop()));
      closed = true;
      failCaughtUp(new Error('The follower was closed before it had caught up.'));
    },
  };
};
