import { afterEach, beforeEach } from '@jest/globals';
import { waitFor } from '@leasehold/testing';
import type { BatchHandler, EventLog, GroupSubscription, LogRecord, NewRecord, Topic } from '../event-log.js';

/** One log, reached by any number of processes. */
export interface LogUnderTest {
  /** A process at the log. An `instance` runs one process at a time: a second one is a new boot of it. */
  open(instance: string): EventLog;
  /** Compaction and retention, now; tombstones that were compacted go without waiting. */
  housekeep(): Promise<void>;
  /** Drops the members of a group as if their leases had run out. */
  expireMembers(group: string): Promise<void>;
  close(): Promise<void>;
}

export interface LogFixture {
  readonly under: LogUnderTest;
  /** A process with the topics made. */
  readonly log: EventLog;
  /** Another process, closed after the test. */
  open(instance: string): EventLog;
}

export const FACTS: Topic = { name: 'facts.v1', partitions: 4, cleanup: 'delete', retentionMs: null };
export const STATE: Topic = { name: 'state.v1', partitions: 2, cleanup: 'compact', retentionMs: null };

/** A fresh log for each test of the enclosing `describe`. */
export const logFixture = (start: () => Promise<LogUnderTest>): LogFixture => {
  let present: { readonly under: LogUnderTest; readonly log: EventLog } | undefined;
  let opened: EventLog[] = [];
  const now = () => {
    if (present === undefined) throw new Error('There is a log within a test only.');
    return present;
  };
  const fixture: LogFixture = {
    get under() {
      return now().under;
    },
    get log() {
      return now().log;
    },
    open: (instance) => {
      const log = now().under.open(instance);
      opened.push(log);
      return log;
    },
  };
  beforeEach(async () => {
    const under = await start();
    opened = [under.open('a')];
    for (const log of opened) present = { under, log };
    await fixture.log.createTopics([FACTS, STATE]);
  });
  afterEach(async () => {
    await Promise.all(opened.map((log) => log.close()));
    await fixture.under.close();
  });
  return fixture;
};

export const text = (value: Uint8Array | null): string | null =>
  value === null ? null : Buffer.from(value).toString();

export const record = (partition: number, value: string | null, more: Partial<NewRecord> = {}): NewRecord => ({
  topic: FACTS.name,
  partition,
  key: `key-${partition}`,
  headers: {},
  value: value === null ? null : Buffer.from(value),
  ...more,
});

export const numbered = (partition: number, count: number, from = 0): NewRecord[] =>
  Array.from({ length: count }, (_, n) => record(partition, String(from + n)));

export const until = (holds: () => boolean | Promise<boolean>): Promise<boolean> => waitFor(holds, { intervalMs: 5 });

/** Something to wait for until the test lets it go. */
export const gate = () => {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
};

/** A consumer as the port asks for it: it keeps its own offsets, in memory here. */
export const consumer = (offsets = new Map<string, number>()) => {
  const seen: LogRecord[] = [];
  const fatal: Error[] = [];
  const handle: BatchHandler = (batch) => {
    seen.push(...batch.records);
    offsets.set(`${batch.topic}/${batch.partition}`, batch.lastOffset + 1);
    return Promise.resolve();
  };
  const subscription = (group: string, topics: readonly Topic[] = [FACTS]): GroupSubscription => ({
    group,
    topics,
    startOffset: (topic, partition) => Promise.resolve(offsets.get(`${topic}/${partition}`) ?? 0),
    onFatal: (error) => fatal.push(error),
  });
  const values = (partition: number): (string | null)[] =>
    seen.filter((found) => found.partition === partition).map(({ value }) => text(value));
  return { seen, fatal, offsets, handle, subscription, values };
};
