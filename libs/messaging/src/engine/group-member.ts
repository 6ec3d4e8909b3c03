import type { BatchHandler, GroupSubscription, Subscription } from '../event-log.js';
import type { EndWatch } from './end-watch.js';
import { createHeldPartitions, type HeldPartition, type HeldPartitions } from './held-partitions.js';
import type { LogStore, Membership } from './log-store.js';
import type { OffsetReporter } from './offset-reporter.js';
import { startReader } from './partition-reader.js';
import { createSettler } from './settler.js';
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

/** Reads the partitions a member is given; `isOverdue` says that its lease may have run out unnoticed. */
const readFor = (
  { store, watch, reporter, heartbeat, onError, concurrentBatches }: MemberDependencies,
  { group, startOffset, onFatal }: GroupSubscription,
  handle: BatchHandler,
  isOverdue: () => boolean,
  afterLast: (held: HeldPartition) => Promise<void>,
): HeldPartitions => {
  const slots = createSlots(concurrentBatches);
  return createHeldPartitions({
    afterLast,
    startReading: (lease, isLost) => {
      const life = { heartbeat, isStale: () => isLost() || isOverdue() };
      return startReader({
        id: lease,
        store,
        watch,
        slots,
        startOffset: () => startOffset(lease.topic, lease.partition),
        handle: (records) => handle(toBatch(lease, records, life)),
        onPosition: (nextOffset) => {
          if (!life.isStale()) reporter.note(group, { ...lease, nextOffset });
        },
        onError,
        onFatal,
      });
    },
  });
};

/** One member of a group: reads the partitions it is assigned and gives back those that are due to others. */
export const joinGroup = async (
  dependencies: MemberDependencies,
  subscription: GroupSubscription,
  handle: BatchHandler,
): Promise<GroupMember> => {
  const { store, watch, reporter, member, instance, boot, leaseMs, monotonic, onError } = dependencies;
  const { group } = subscription;
  const membership: Membership = { group, member, instance, boot, topics: subscription.topics.map(({ name }) => name) };
  let heardAt = monotonic();
  const join = async (): Promise<void> => {
    await store.join(membership);
    heardAt = monotonic();
  };

  const release = async ({ lease, isLost }: HeldPartition): Promise<void> => {
    await reporter.flush();
    if (!isLost()) await store.release(group, member, [lease]).catch(onError);
    watch.pollNow();
    settler.settle();
  };
  const held = readFor(dependencies, subscription, handle, () => monotonic() - heardAt > leaseMs, release);

  const settler = createSettler(onError, async () => {
    const assignment = await store.assign(group, member);
    if (settler.isClosed()) return;
    if (assignment.expelled) {
      held.loseAll();
      await join();
      settler.settle();
      return;
    }
    const unread = held.settle(assignment);
    if (unread.length > 0) await store.release(group, member, unread);
  });

  await join();
  const offGroups = watch.onGroups(() => settler.settle());
  watch.pollNow();
  settler.settle();
  return {
    id: member,
    heard: (alive) => {
      if (alive) heardAt = monotonic();
      else held.loseAll();
      if (!alive || settler.hasFailed()) settler.settle();
    },
    close: async () => {
      offGroups();
      await settler.close();
      await held.empty();
      await store.leave(group, member).catch(onError);
    },
  };
};
