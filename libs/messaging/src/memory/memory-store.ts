/* eslint-disable @typescript-eslint/require-await -- async makes a throw a rejection, as it is in the other drivers */
import { assignPartitions } from '../engine/assign-partitions.js';
import {
  type Lease,
  type LogStore,
  type Membership,
  type PartitionId,
  partitionKey,
  partitionsOf,
  READ_LIMIT,
  sizeOf,
} from '../engine/log-store.js';
import type { LogRecord, NewRecord, Topic } from '../event-log.js';

interface Partition extends PartitionId {
  readonly cleanup: Topic['cleanup'];
  readonly retentionMs: number | null;
  records: readonly LogRecord[];
  endOffset: number;
}

interface Group {
  epoch: number;
  readonly members: Map<string, Membership>;
  readonly leases: Map<string, Lease & { readonly member: string | null }>;
  readonly reached: Map<string, PartitionId & { readonly nextOffset: number }>;
}

export interface MemoryStore extends LogStore {
  /** Drops all members of a group as if their time had run out: for tests of what a member does then. */
  expireMembers(group: string): void;
}

const isKept = (partition: Partition, now: number): ((record: LogRecord) => boolean) => {
  if (partition.cleanup === 'compact') {
    const newest = new Map(partition.records.map((record) => [record.key, record.offset]));
    return (record) => record.value !== null && newest.get(record.key) === record.offset;
  }
  const { retentionMs } = partition;
  return (record) => retentionMs === null || record.timestamp >= now - retentionMs;
};

const copyOf = (record: NewRecord): NewRecord => ({
  ...record,
  headers: { ...record.headers },
  value: record.value === null ? null : Uint8Array.from(record.value),
});

/** A log in this process' memory, with the offsets, groups and compaction of the durable ones. */
export const createMemoryStore = (now: () => number): MemoryStore => {
  const topics = new Map<string, Topic>();
  const partitions = new Map<string, Partition>();
  const groups = new Map<string, Group>();

  const groupOf = (name: string): Group => {
    const group = groups.get(name) ?? { epoch: 0, members: new Map(), leases: new Map(), reached: new Map() };
    groups.set(name, group);
    return group;
  };
  const partitionOf = (id: PartitionId): Partition => {
    const partition = partitions.get(partitionKey(id));
    if (partition === undefined) throw new Error(`There is no partition ${partitionKey(id)}.`);
    return partition;
  };
  const view = (group: Group) => ({
    members: [...group.members.values()],
    partitions: [...partitions.values()].filter(({ topic }) =>
      [...group.members.values()].some((member) => member.topics.includes(topic)),
    ),
    leases: [...group.leases.values()],
  });

  const createTopic = (topic: Topic): void => {
    const before = topics.get(topic.name);
    if (before !== undefined && before.partitions !== topic.partitions) {
      throw new Error(`Topic ${topic.name} has ${before.partitions} partitions; that never changes.`);
    }
    topics.set(topic.name, topic);
    for (const id of partitionsOf([topic])) {
      const { records = [], endOffset = 0 } = partitions.get(partitionKey(id)) ?? {};
      const { cleanup, retentionMs } = topic;
      partitions.set(partitionKey(id), { ...id, cleanup, retentionMs, records, endOffset });
    }
  };

  const appendOne = (record: NewRecord): Partition => {
    const partition = partitionOf(record);
    const stored: LogRecord = { ...copyOf(record), offset: partition.endOffset, timestamp: now() };
    (partition.records as LogRecord[]).push(stored);
    partition.endOffset += 1;
    return partition;
  };

  const store: MemoryStore = {
    createTopics: async (wanted) => wanted.forEach(createTopic),
    topics: async () => [...topics.values()],
    append: async (records) => {
      records.forEach(partitionOf);
      return [...new Set(records.map(appendOne))].map(({ topic, partition, endOffset }) => ({
        topic,
        partition,
        endOffset,
      }));
    },
    pulse: async () => ({
      records: [...partitions.values()].reduce((sum, { endOffset }) => sum + endOffset, 0),
      groups: [...groups.values()].reduce((sum, { epoch }) => sum + epoch, 0),
    }),
    ends: async () =>
      [...partitions.values()].map(({ topic, partition, endOffset }) => ({ topic, partition, endOffset })),
    read: async (id, from, below) => {
      const found: LogRecord[] = [];
      let bytes = 0;
      for (const record of partitionOf(id).records) {
        if (record.offset < from) continue;
        if (record.offset >= below || found.length === READ_LIMIT.records || bytes >= READ_LIMIT.bytes) break;
        found.push({ ...record, ...copyOf(record) });
        bytes += sizeOf(record);
      }
      return found;
    },
    join: async (membership) => {
      const group = groupOf(membership.group);
      for (const { member, instance, boot } of group.members.values()) {
        if (instance === membership.instance && boot !== membership.boot) group.members.delete(member);
      }
      group.members.set(membership.member, membership);
      group.epoch += 1;
    },
    heartbeat: async (asked) => asked.filter((id) => [...groups.values()].some(({ members }) => members.has(id))),
    assign: async (name, member) => {
      const group = groupOf(name);
      const { claimed, ...assignment } = assignPartitions(view(group), member);
      for (const lease of claimed) group.leases.set(partitionKey(lease), { ...lease, member });
      return assignment;
    },
    release: async (name, member, ids) => {
      const group = groupOf(name);
      for (const key of ids.map(partitionKey)) {
        const lease = group.leases.get(key);
        if (lease?.member === member) group.leases.set(key, { ...lease, member: null });
      }
      group.epoch += 1;
    },
    leave: async (name, member) => {
      const group = groupOf(name);
      group.members.delete(member);
      group.epoch += 1;
    },
    reached: async (name, offsets) => {
      const group = groupOf(name);
      for (const { topic, partition, fence, nextOffset } of offsets) {
        const key = partitionKey({ topic, partition });
        if (group.leases.get(key)?.fence === fence) group.reached.set(key, { topic, partition, nextOffset });
      }
    },
    groupOffsets: async (name) => [...groupOf(name).reached.values()],
    housekeep: async () => {
      for (const partition of partitions.values()) {
        partition.records = partition.records.filter(isKept(partition, now()));
      }
    },
    expireMembers: (name) => {
      const group = groupOf(name);
      group.members.clear();
      group.epoch += 1;
    },
  };
  return store;
};
