import type { BatchHandler, Follower, Topic } from '../event-log.js';
import type { EndWatch } from './end-watch.js';
import { type LogStore, partitionKey, partitionsOf } from './log-store.js';
import { type PartitionReader, startReader } from './partition-reader.js';
import { pause } from './pause.js';
import { createPositions, type Positions, type Target } from './positions.js';
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

/** A promise for the target, and how to give it up. */
const passing = (positions: Positions, target: Target): { passed: Promise<void>; fail: (error: Error) => void } => {
  let fail: (error: Error) => void = () => undefined;
  const passed = new Promise<void>((resolve, reject) => {
    fail = reject;
    positions.whenPassed(target, resolve);
  });
  passed.catch(() => undefined); // who does not wait for it must not be ended by its rejection
  return { passed, fail };
};

/** Reads all partitions from offset 0; positions live in memory only. */
export const startFollower = async (
  dependencies: FollowerDependencies,
  topics: readonly Topic[],
  handle: BatchHandler,
): Promise<Follower> => {
  const { store, watch, now, lastLookAt, onError } = dependencies;
  const ids = partitionsOf(topics);
  const positions = createPositions();
  const slots = createSlots(dependencies.concurrentBatches);
  const life = { heartbeat: () => Promise.resolve(), isStale: () => false };
  const presentEnds = (): Target => new Map(ids.map((id) => [partitionKey(id), watch.endOf(id)]));
  let progressAt = now();

  await watch.refresh();
  const start = passing(positions, presentEnds());
  const readers = ids.map((id): PartitionReader =>
    startReader({
      id,
      store,
      watch,
      slots,
      startOffset: () => Promise.resolve(positions.of(id)),
      handle: (records) => handle(toBatch(id, records, life)),
      onPosition: (position) => {
        progressAt = now();
        positions.move(id, position);
      },
      onError,
      onFatal: (error) => {
        start.fail(error);
        onError(error);
      },
    }),
  );

  return {
    caughtUp: start.passed,
    passedPresentEnd: (timeoutMs) => passedWithin(timeoutMs, positions, () => watch.refresh().then(presentEnds)),
    lastProgressAt: () => (positions.isPassed(presentEnds()) ? Math.max(progressAt, lastLookAt()) : progressAt),
    close: async () => {
      await Promise.all(readers.map((reader) => reader.stop()));
      start.fail(new Error('The follower was closed before it had caught up.'));
    },
  };
};

/** `false` when the time is over or the target cannot be had: only `true` is a promise. */
const passedWithin = async (
  timeoutMs: number,
  positions: Positions,
  target: () => Promise<Target>,
): Promise<boolean> => {
  const over = new AbortController();
  const passed = target().then(
    (offsets) =>
      new Promise<boolean>((resolve) => {
        const giveUp = positions.whenPassed(offsets, () => resolve(true));
        over.signal.addEventListener('abort', giveUp);
      }),
    () => false,
  );
  const late = pause(timeoutMs, over.signal).then(() => false);
  return Promise.race([passed, late]).finally(() => over.abort());
};
