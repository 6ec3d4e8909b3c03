import { type LogStore, type PartitionEnd, type PartitionId, partitionKey } from './log-store.js';
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

/** One statement per poll for all partitions and groups of the process, and none while nobody listens. */
export const createEndWatch = ({ store, pollMs, onLook, onError }: EndWatchOptions): EndWatch => {
  const ends = new Map<string, number>();
  const wakes = new Map<string, Set<() => void>>();
  const groupListeners = new Set<() => void>();
  let closed = false;
  let sumOfEnds = 0;
  let groups: number | undefined;
  let looking: Promise<void> | undefined;
  let skipPause = new AbortController();

  const learn = (news: readonly PartitionEnd[]): void => {
    for (const end of news) {
      const key = partitionKey(end);
      const before = ends.get(key) ?? 0;
      if (end.endOffset <= before) continue;
      ends.set(key, end.endOffset);
      sumOfEnds += end.endOffset - before;
      for (const wake of [...(wakes.get(key) ?? [])]) wake();
    }
  };

  const refresh = async (): Promise<void> => learn(await store.ends());

  const look = async (): Promise<void> => {
    const pulse = await store.pulse();
    if (pulse.records !== sumOfEnds) await refresh();
    if (pulse.groups !== groups) {
      groups = pulse.groups;
      for (const changed of [...groupListeners]) changed();
    }
    onLook();
  };

  const listened = (): boolean => !closed && (wakes.size > 0 || groupListeners.size > 0);

  const keepLooking = async (): Promise<void> => {
    while (listened()) {
      await look().catch(onError);
      await pause(pollMs, skipPause.signal);
    }
    looking = undefined;
  };

  const listen = (): void => {
    looking ??= keepLooking();
  };

  return {
    endOf: (id) => ends.get(partitionKey(id)) ?? 0,
    learn,
    refresh,
    onEnd: (id, wake) => {
      const key = partitionKey(id);
      const set = wakes.get(key) ?? new Set();
      wakes.set(key, set.add(wake));
      listen();
      return () => {
        set.delete(wake);
        if (set.size === 0 && wakes.get(key) === set) wakes.delete(key);
      };
    },
    onGroups: (changed) => {
      groupListeners.add(changed);
      listen();
      return () => groupListeners.delete(changed);
    },
    pollNow: () => {
      skipPause.abort();
      skipPause = new AbortController();
    },
    close: async () => {
      closed = true;
      skipPause.abort();
      await looking;
    },
  };
};
