import { createKnownEnds } from './known-ends.js';
import { type LogStore, type PartitionEnd, type PartitionId } from './log-store.js';
import { pause } from './pause.js';

export interface EndWatch {
  /** The end of a partition as far as it is known here. */
  endOf(id: PartitionId): number;
  /** Takes ends that are known without asking, such as those of an append of this process. */
  learn(ends: readonly PartitionEnd[]): void;
  /** Reads all ends now. */
  refresh(): Promise<void>;
  /** Calls `wake` when the end of the partition moves. Returns how to stop that. */
  onEnd(id: PartitionId, wake: () => void): () => void;
  /** Calls `changed` when a group's members or leases have changed. */
  onGroups(changed: () => void): () => void;
  /** Looks at once instead of at the next poll. */
  pollNow(): void;
  close(): Promise<void>;
}

export interface EndWatchOptions {
  readonly store: Pick<LogStore, 'pulse' | 'ends'>;
  readonly pollMs: number;
  /** Called after each look that succeeded: all known ends are at least as new as this moment. */
  readonly onLook: () => void;
  readonly onError: (error: unknown) => void;
}

/** Rest between two looks at a log that does not answer. */
const MAX_REST_MS = 1_000;

/** One statement per poll for all partitions and groups of the process, and none while nobody listens. */
export const createEndWatch = ({ store, pollMs, onLook, onError }: EndWatchOptions): EndWatch => {
  const ends = createKnownEnds();
  const groupListeners = new Set<() => void>();
  let closed = false;
  let groups: number | undefined;
  let looking: Promise<void> | undefined;
  let skipPause = new AbortController();

  const refresh = async (): Promise<void> => ends.learn(await store.ends());

  const look = async (): Promise<void> => {
    const pulse = await store.pulse();
    if (pulse.records !== ends.sum()) await refresh();
    if (pulse.groups !== groups) {
      groups = pulse.groups;
      for (const changed of [...groupListeners]) changed();
    }
    onLook();
  };

  const keepLooking = async (): Promise<void> => {
    let restMs = pollMs;
    while (!closed && (ends.isWaitedFor() || groupListeners.size > 0)) {
      try {
        await look();
        restMs = pollMs;
      } catch (error) {
        onError(error);
        restMs = Math.min(restMs * 2, MAX_REST_MS);
      }
      await pause(restMs, skipPause.signal);
    }
    looking = undefined;
  };

  const listen = (stop: () => void): (() => void) => {
    looking ??= keepLooking();
    return stop;
  };

  const pollNow = (): void => {
    skipPause.abort();
    if (!closed) skipPause = new AbortController();
  };

  return {
    endOf: (id) => ends.endOf(id),
    learn: (news) => ends.learn(news),
    refresh,
    pollNow,
    onEnd: (id, wake) => listen(ends.onMove(id, wake)),
    onGroups: (changed) => {
      groupListeners.add(changed);
      return listen(() => groupListeners.delete(changed));
    },
    close: async () => {
      closed = true;
      pollNow();
      await looking;
    },
  };
};
