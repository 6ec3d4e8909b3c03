import type { EventLog, NewRecord, PartitionLag, Subscription, Topic } from '../event-log.js';
import { createAppender } from './appender.js';
import { createEndWatch } from './end-watch.js';
import { startFollower } from './follower.js';
import { type GroupMember, joinGroup } from './group-member.js';
import { type LogStore, partitionKey, partitionsOf } from './log-store.js';
import { createOffsetReporter } from './offset-reporter.js';
import { pause } from './pause.js';

/** How a driver's engine behaves; every duration in milliseconds. */
export interface EngineOptions {
  readonly instanceId: string;
  /** Different for each start of the process. */
  readonly bootId: string;
  readonly pollMs: number;
  readonly leaseMs: number;
  readonly heartbeatMs: number;
  readonly housekeepingMs: number;
  readonly offsetReportMs: number;
  /** Batches of one subscription or follower handled at the same time. */
  readonly concurrentBatches: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly monotonic: () => number;
  /** What went wrong and is tried again; for the operator's log. */
  readonly onError: (error: unknown) => void;
}

/** The log's behavior over a store: what all drivers share. */
export const createEventLog = (store: LogStore, options: EngineOptions): EventLog => {
  const { now, onError } = options;
  const known = new Map<string, Topic>();
  const members = new Set<GroupMember>();
  const open = new Set<Subscription>();
  const closing = new AbortController();
  let lastLookAt = 0;
  let count = 0;

  const watch = createEndWatch({ store, pollMs: options.pollMs, onLook: () => (lastLookAt = now()), onError });
  const reporter = createOffsetReporter(store, options.offsetReportMs, onError);
  const appender = createAppender(async (records) => watch.learn(await store.append(records)));

  const heartbeat = async (): Promise<void> => {
    if (members.size === 0) return;
    const asked = [...members];
    const alive = new Set(await store.heartbeat(asked.map(({ id }) => id)));
    for (const member of asked) member.heard(alive.has(member.id));
  };

  const repeat = async (everyMs: number, work: () => Promise<void>): Promise<void> => {
    for (;;) {
      await pause(everyMs, closing.signal);
      if (closing.signal.aborted) return;
      await work().catch(onError);
    }
  };
  const background = Promise.all([
    repeat(options.heartbeatMs, heartbeat),
    repeat(options.housekeepingMs, () => store.housekeep()),
  ]);

  const learnTopics = async (): Promise<void> => {
    for (const topic of await store.topics()) known.set(topic.name, topic);
  };

  const refuseUnfit = (records: readonly NewRecord[]): void => {
    for (const { topic, partition, key } of records) {
      const partitions = known.get(topic)?.partitions;
      if (partitions === undefined) throw new Error(`There is no topic ${topic}.`);
      if (!Number.isInteger(partition) || partition < 0 || partition >= partitions) {
        throw new Error(`Topic ${topic} has ${partitions} partitions, but not partition ${partition}.`);
      }
      if (key.includes('\0')) throw new Error(`A key of topic ${topic} holds a NUL character.`);
    }
  };

  const refuseClosed = (): void => {
    if (closing.signal.aborted) throw new Error('The event log is closed.');
  };

  const tracked = <S extends Subscription>(subscription: S, forget: () => void): S => {
    const close = async (): Promise<void> => {
      await subscription.close();
      forget();
      open.delete(entry);
    };
    const entry = { ...subscription, close };
    open.add(entry);
    return entry;
  };

  return {
    createTopics: async (topics) => {
      await store.createTopics(topics);
      for (const topic of topics) known.set(topic.name, topic);
    },
    publish: async (records) => {
      refuseClosed();
      if (records.length === 0) return;
      if (records.some(({ topic }) => !known.has(topic))) await learnTopics();
      refuseUnfit(records);
      await appender.publish(records);
    },
    subscribe: async (subscription, handle) => {
      refuseClosed();
      const member = await joinGroup(
        {
          ...options,
          store,
          watch,
          reporter,
          heartbeat,
          member: `${options.instanceId}/${options.bootId}/${(count += 1)}`,
          instance: options.instanceId,
          boot: options.bootId,
        },
        subscription,
        handle,
      );
      members.add(member);
      return tracked(member, () => members.delete(member));
    },
    follow: async (topics, _from, handle) => {
      refuseClosed();
      const { concurrentBatches } = options;
      const dependencies = { store, watch, concurrentBatches, now, lastLookAt: () => lastLookAt, onError };
      return tracked(await startFollower(dependencies, topics, handle), () => undefined);
    },
    lag: async (group, topics) => {
      const [ends, reached] = await Promise.all([store.ends(), store.groupOffsets(group)]);
      const endOf = new Map(ends.map((end) => [partitionKey(end), end.endOffset]));
      const nextOf = new Map(reached.map((offset) => [partitionKey(offset), offset.nextOffset]));
      return partitionsOf(topics).map((id): PartitionLag => {
        const endOffset = endOf.get(partitionKey(id)) ?? 0;
        const nextOffset = nextOf.get(partitionKey(id)) ?? 0;
        return { ...id, endOffset, nextOffset, lag: Math.max(0, endOffset - nextOffset) };
      });
    },
    close: async () => {
      closing.abort();
      await Promise.all([...open].map((subscription) => subscription.close()));
      await appender.drained();
      await background;
      await reporter.flush();
      await watch.close();
    },
  };
};
