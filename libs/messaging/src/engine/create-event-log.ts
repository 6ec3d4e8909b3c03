import type { EventLog, Subscription } from '../event-log.js';
import { createAppender } from './appender.js';
import { createEndWatch } from './end-watch.js';
import { startFollower } from './follower.js';
import { groupLag } from './group-lag.js';
import { joinGroup } from './group-member.js';
import type { LogStore } from './log-store.js';
import { createMembers } from './members.js';
import { createOffsetReporter } from './offset-reporter.js';
import { createOpenSubscriptions } from './open-subscriptions.js';
import { pause } from './pause.js';
import { createTopicCheck } from './topic-check.js';

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

const repeat = async (
  everyMs: number,
  { signal }: AbortController,
  work: () => Promise<void>,
  onError: (error: unknown) => void,
): Promise<void> => {
  for (;;) {
    await pause(everyMs, signal);
    if (signal.aborted) return;
    await work().catch(onError);
  }
};

/** The log's behavior over a store: what all drivers share. */
export const createEventLog = (store: LogStore, options: EngineOptions): EventLog => {
  const { instanceId, bootId, now, onError } = options;
  let lastLookAt = 0;
  const closing = new AbortController();
  const topics = createTopicCheck();
  const open = createOpenSubscriptions();
  const members = createMembers(store);
  const watch = createEndWatch({ store, pollMs: options.pollMs, onLook: () => (lastLookAt = now()), onError });
  const reporter = createOffsetReporter(store, options.offsetReportMs, onError);
  const appender = createAppender(async (records) => watch.learn(await store.append(records)));
  const background = Promise.all([
    repeat(options.heartbeatMs, closing, () => members.heartbeat(), onError),
    repeat(options.housekeepingMs, closing, () => store.housekeep(), onError),
  ]);
  const dependencies = {
    ...options,
    store,
    watch,
    reporter,
    lastLookAt: () => lastLookAt,
    heartbeat: () => members.heartbeat(),
  };
  const identity = { instance: instanceId, boot: bootId };
  const tracked = async <S extends Subscription>(start: () => Promise<S>, forget: (s: S) => void): Promise<S> => {
    if (closing.signal.aborted) throw new Error('The event log is closed.');
    return open.track(await start(), forget);
  };

  return {
    createTopics: async (wanted) => {
      await store.createTopics(wanted);
      topics.learn(wanted);
    },
    publish: async (records) => {
      if (closing.signal.aborted) throw new Error('The event log is closed.');
      if (records.length === 0) return;
      if (!topics.knows(records)) topics.learn(await store.topics());
      topics.refuseUnfit(records);
      await appender.publish(records);
    },
    subscribe: (subscription, handle) => {
      const member = `${instanceId}/${bootId}/${open.nextNumber()}`;
      const join = async () => {
        const joined = await joinGroup({ ...dependencies, ...identity, member }, subscription, handle);
        members.add(joined);
        return joined;
      };
      return tracked(join, (joined) => members.remove(joined));
    },
    follow: (followed, _from, handle) =>
      tracked(
        () => startFollower(dependencies, followed, handle),
        () => undefined,
      ),
    lag: (group, of) => groupLag(store, group, of),
    close: async () => {
      closing.abort();
      await open.closeAll();
      await appender.drained();
      await background;
      await reporter.close();
      await watch.close();
    },
  };
};
