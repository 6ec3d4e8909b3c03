import type { BatchHandler, GroupSubscription, Subscription } from '../event-log.js';
import type { EndWatch } from './end-watch.js';
import { type Lease, type LogStore, partitionKey } from './log-store.js';
import type { OffsetReporter } from './offset-reporter.js';
import { type PartitionReader, startReader } from './partition-reader.js';
import { createSlots } from './slots.js';
import { toBatch } from './to-batch.js';

export interface GroupMember extends Subscription {
  readonly id: string;
  /** The log has answered a heartbeat: `alive` says whether it still knows the member. */
  heard(alive: boolean): void;
}

export interface MemberDependencies {
  readonly store: LogStore;
  readonly watch: EndWatch;
  readonly reporter: OffsetReporter;
  readonly member: string;
  readonly instance: string;
  readonly boot: string;
  readonly concurrentBatches: number;
  readonly leaseMs: number;
  /** A clock that only goes forward, in milliseconds. */
  readonly monotonic: () => number;
  readonly heartbeat: () => Promise<void>;
  readonly onError: (error: unknown) => void;
}

interface Held {
  readonly lease: Lease;
  readonly reader: PartitionReader;
  lost: boolean;
  leaving: boolean;
}

/** One member of a group: reads the partitions it is assigned and gives back those that are due to others. */
export const joinGroup = async (
  dependencies: MemberDependencies,
  subscription: GroupSubscription,
  handle: BatchHandler,
): Promise<GroupMember> => {
  const { store, watch, reporter, member, instance, boot, leaseMs, monotonic, heartbeat, onError } = dependencies;
  const { group, onFatal } = subscription;
  const membership = { group, member, instance, boot, topics: subscription.topics.map(({ name }) => name) };
  const slots = createSlots(dependencies.concurrentBatches);
  const held = new Map<string, Held>();
  const departures = new Set<Promise<void>>();
  let heardAt = monotonic();
  let closing = false;
  let unsettled = false;
  let settling: Promise<void> | undefined;

  const isOverdue = (): boolean => monotonic() - heardAt > leaseMs;

  const take = (lease: Lease): void => {
    const life = { heartbeat, isStale: () => entry.lost || isOverdue() };
    const reader = startReader({
      id: lease,
      store,
      watch,
      slots,
      startOffset: () => subscription.startOffset(lease.topic, lease.partition),
      handle: (records) => handle(toBatch(lease, records, life)),
      onPosition: (nextOffset) => {
        if (!life.isStale()) reporter.note(group, { ...lease, nextOffset });
      },
      onError,
      onFatal,
    });
    const entry: Held = { lease, reader, lost: false, leaving: false };
    held.set(partitionKey(lease), entry);
  };

  /** Waits for the batch under way, then lets the partition go; a lost one already belongs to somebody else. */
  const letGo = (entry: Held): void => {
    if (entry.leaving) return;
    entry.leaving = true;
    const departure = entry.reader
      .stop()
      .then(() => reporter.flush())
      .then(() => (entry.lost ? undefined : store.release(group, member, [entry.lease])))
      .catch(onError)
      .then(() => {
        held.delete(partitionKey(entry.lease));
        departures.delete(departure);
        watch.pollNow();
        settle();
      });
    departures.add(departure);
  };

  const loseAll = (): void => {
    for (const entry of held.values()) {
      entry.lost = true;
      letGo(entry);
    }
  };

  const settleOnce = async (): Promise<void> => {
    const { expelled, owned, revoked } = await store.assign(group, member);
    if (closing) return;
    if (expelled) {
      loseAll();
      await store.join(membership);
      heardAt = monotonic();
      unsettled = true;
      return;
    }
    const leases = new Map([...owned, ...revoked].map((lease) => [partitionKey(lease), lease]));
    for (const [key, entry] of held) {
      if (leases.get(key)?.fence !== entry.lease.fence) entry.lost = true;
      if (entry.lost || revoked.some((lease) => partitionKey(lease) === key)) letGo(entry);
    }
    for (const lease of owned) if (!held.has(partitionKey(lease))) take(lease);
    const orphans = revoked.filter((lease) => !held.has(partitionKey(lease)));
    if (orphans.length > 0) await store.release(group, member, orphans);
  };

  const settleAll = async (): Promise<void> => {
    while (unsettled && !closing) {
      unsettled = false;
      try {
        await settleOnce();
      } catch (error) {
        onError(error);
        unsettled = true; // the next heartbeat tries again
        break;
      }
    }
    settling = undefined;
  };

  const settle = (): void => {
    unsettled = true;
    settling ??= settleAll();
  };

  await store.join(membership);
  heardAt = monotonic();
  const offGroups = watch.onGroups(settle);
  watch.pollNow();
  settle();

  return {
    id: member,
    heard: (alive) => {
      if (alive) heardAt = monotonic();
      else loseAll();
      if (!alive || unsettled) settle();
    },
    close: async () => {
      if (closing) return;
      closing = true;
      offGroups();
      await settling;
      for (const entry of held.values()) letGo(entry);
      while (departures.size > 0) await Promise.all(departures);
      await store.leave(group, member).catch(onError);
    },
  };
};
