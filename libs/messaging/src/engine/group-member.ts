import type { BatchHandler, GroupSubscription, Subscription } from '../event-log.js';
import type { EndWatch } from './end-watch.js';
import { createHeldPartitions, type HeldPartition, type HeldPartitionsOptions } from './held-partitions.js';
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

/** How a member reads a partition it is given; `isOverdue` says that its lease may have run out unnoticed. */
const readingFor = (
  { store, watch, reporter, heartbeat, onError, concurrentBatches }: MemberDependencies,
  { group, startOffset, onFatal }: GroupSubscription,
  handle: BatchHandler,
  isOverdue: () => boolean,
): HeldPartitionsOptions['startReading'] => {
  const slots = createSlots(concurrentBatches);
  return (lease, isLost) => {
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
  };
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
  let ended = false;
  const join = async (): Promise<void> => {
    await store.join(membership);
    heardAt = monotonic();
  };

  const release = async (partition: HeldPartition): Promise<void> => {
    await reporter.flush();
    if (!partition.isLost()) await store.release(group, member, [partition.lease]).catch(onError);
  };
  const lookAgain = (): void => {
    watch.pollNow();
    settler.settle();
  };
  const end = (error: Error): void => {
    if (ended) return;
    ended = true;
    subscription.onFatal(error);
    void close(); // the others in the group take over
  };
  const isOverdue = (): boolean => monotonic() - heardAt > leaseMs;
  const held = createHeldPartitions({
    startReading: readingFor(dependencies, { ...subscription, onFatal: end }, handle, isOverdue),
    afterLast: release,
    onGone: lookAgain,
  });

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

  const close = async (): Promise<void> => {
    offGroups();
    await Promise.all([settler.close(), held.empty()]);
    await store.leave(group, member).catch(onError);
  };

  await join();
  const offGroups = watch.onGroups(() => settler.settle());
  lookAgain();
  return {
    id: member,
    heard: (alive) => {
      if (alive) heardAt = monotonic();
      else held.loseAll();
      if (!alive || settler.hasFailed()) settler.settle();
    },
    close,
  };
};
