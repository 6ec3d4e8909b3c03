import { type Assignment, type Lease, partitionKey } from './log-store.js';
import type { PartitionReader } from './partition-reader.js';

export interface HeldPartition {
  readonly lease: Lease;
  readonly reader: PartitionReader;
  /** Belongs to another member now: what its handler still does can no longer count. */
  isLost(): boolean;
}

export interface HeldPartitions {
  /** Starts what is newly owned, lets go what is lost or due to another; answers revoked leases that nobody reads. */
  settle(assignment: Assignment): readonly Lease[];
  loseAll(): void;
  /** Lets all go and waits until they are gone. */
  empty(): Promise<void>;
}

export interface HeldPartitionsOptions {
  readonly startReading: (lease: Lease, isLost: () => boolean) => PartitionReader;
  /** Called after the last batch of a partition; it must not reject. */
  readonly afterLast: (held: HeldPartition) => Promise<void>;
  /** Called when a partition is let go and could be taken again. */
  readonly onGone: () => void;
}

interface Entry extends HeldPartition {
  readonly markLost: () => void;
  leaving: boolean;
}

/** The partitions that a member of a group reads at present. */
export const createHeldPartitions = ({ startReading, afterLast, onGone }: HeldPartitionsOptions): HeldPartitions => {
  const held = new Map<string, Entry>();
  const departures = new Set<Promise<void>>();

  const take = (lease: Lease): void => {
    let lost = false;
    const isLost = (): boolean => lost;
    const reader = startReading(lease, isLost);
    held.set(partitionKey(lease), { lease, reader, isLost, markLost: () => (lost = true), leaving: false });
  };

  const letGo = (entry: Entry): void => {
    if (entry.leaving) return;
    entry.leaving = true;
    const leave = async (): Promise<void> => {
      await entry.reader.stop();
      await afterLast(entry);
      held.delete(partitionKey(entry.lease));
      departures.delete(departure);
      onGone();
    };
    const departure = leave();
    departures.add(departure);
  };

  const lose = (entry: Entry): void => {
    entry.markLost();
    letGo(entry);
  };

  return {
    settle: ({ owned, revoked }) => {
      const leases = new Map([...owned, ...revoked].map((lease) => [partitionKey(lease), lease]));
      for (const [key, entry] of [...held]) {
        if (leases.get(key)?.fence !== entry.lease.fence) lose(entry);
        else if (revoked.some((lease) => partitionKey(lease) === key)) letGo(entry);
      }
      for (const lease of owned) if (!held.has(partitionKey(lease))) take(lease);
      return revoked.filter((lease) => !held.has(partitionKey(lease)));
    },
    loseAll: () => [...held.values()].forEach(lose),
    empty: async () => {
      [...held.values()].forEach(letGo);
      while (departures.size > 0) await Promise.all(departures);
    },
  };
};
