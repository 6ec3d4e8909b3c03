import { type PartitionEnd, type PartitionId, partitionKey } from './log-store.js';

export interface KnownEnds {
  endOf(id: PartitionId): number;
  /** Sum of all known ends: equal to the log's own sum exactly if nothing is new. */
  sum(): number;
  /** Takes what is news of it and wakes who waits for that. */
  learn(ends: readonly PartitionEnd[]): void;
  /** Calls `wake` on each move of the end; returns how to stop that. */
  onMove(id: PartitionId, wake: () => void): () => void;
  isWaitedFor(): boolean;
}

/** Ends of partitions as this process knows them; they only grow. */
export const createKnownEnds = (): KnownEnds => {
  const ends = new Map<string, number>();
  const wakes = new Map<string, Set<() => void>>();
  let sum = 0;
  return {
    endOf: (id) => ends.get(partitionKey(id)) ?? 0,
    sum: () => sum,
    learn: (news) => {
      for (const end of news) {
        const key = partitionKey(end);
        const before = ends.get(key) ?? 0;
        if (end.endOffset <= before) continue;
        ends.set(key, end.endOffset);
        sum += end.endOffset - before;
        for (const wake of [...(wakes.get(key) ?? [])]) wake();
      }
    },
    onMove: (id, wake) => {
      const key = partitionKey(id);
      const waiting = wakes.get(key) ?? new Set();
      wakes.set(key, waiting.add(wake));
      return () => {
        waiting.delete(wake);
        if (waiting.size === 0 && wakes.get(key) === waiting) wakes.delete(key);
      };
    },
    isWaitedFor: () => wakes.size > 0,
  };
};
