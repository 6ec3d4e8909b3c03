import { type PartitionId, partitionKey } from './log-store.js';

/** An offset for each partition. */
export type Target = ReadonlyMap<string, number>;

export interface Positions {
  of(id: PartitionId): number;
  move(id: PartitionId, position: number): void;
  isPassed(target: Target): boolean;
  /** Calls `passed` once, as soon as all positions have reached the target; returns how to give up. */
  whenPassed(target: Target, passed: () => void): () => void;
}

/** How far a reader has come in each of its partitions, all from 0. */
export const createPositions = (): Positions => {
  const positions = new Map<string, number>();
  const waiting = new Set<() => void>();
  const isPassed = (target: Target): boolean =>
    [...target].every(([key, offset]) => (positions.get(key) ?? 0) >= offset);
  return {
    of: (id) => positions.get(partitionKey(id)) ?? 0,
    isPassed,
    move: (id, position) => {
      positions.set(partitionKey(id), position);
      for (const look of [...waiting]) look();
    },
    whenPassed: (target, passed) => {
      const look = (): void => {
        if (!isPassed(target)) return;
        waiting.delete(look);
        passed();
      };
      waiting.add(look);
      look();
      return () => waiting.delete(look);
    },
  };
};
