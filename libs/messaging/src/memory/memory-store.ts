import {
  type LogStore,
  type PartitionId,
  partitionKey,
  partitionsOf,
  READ_LIMIT,
  sizeOf,
} from '../engine/log-store.js';
import type { LogRecord, NewRecord, Topic } from '../event-log.js';
import { createMemoryGroups, type MemoryGroups } from './memory-groups.js';

interface Partition extends PartitionId {
  readonly cleanup: Topic['cleanup'];
  readonly retentionMs: number | null;
  records: LogRecord[];
  endOffset: number;
}

export type MemoryStore = LogStore & Pick<MemoryGroups, 'expireMembers'>;

const isKept = (partition: Partition, now: number): ((record: LogRecord) => boolean) => {
  if (partition.cleanup === 'compact') {
    const newest = new Map(partition.records.map((record) => [record.key, record.offset]));
    return (record) => record.value !== null && newest.get(record.key) === record.offset;
  }
  const { retentionMs } = partition;
  return (record) => retentionMs === null || record.timestamp >= now - retentionMs;
};

/** Nobody's later change of what was published or read reaches the log. */
const copyOf = <R extends NewRecord>(record: R): R => ({
  ...record,
  headers: { ...record.headers },
  value: record.value === null ? null : Uint8Array.from(record.value),
});

const readFrom = ({ records }: Partition, from: number, below: number): LogRecord[] => {
  const found: LogRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    if (record.offset < from) continue;
    if (record.offset >= below || found.length === READ_LIMIT.records || bytes >= READ_LIMIT.bytes) break;
    found.push(copyOf(record));
    bytes += sizeOf(record);
  }
  return found;
};

const endOf = ({ topic, partition, endOffset }: Partition) => ({ topic, partition, endOffset });

/** A log in this process' memory, with the offsets, groups and compaction of the durable ones. */
export const createMemoryStore = (now: () => number): MemoryStore => {
  const topics = new Map<string, Topic>();
  const partitions = new Map<string, Partition>();
  const groups = createMemoryGroups(() => [...partitions.values()]);

  const partitionOf = (id: PartitionId): Partition => {
    const partition = partitions.get(partitionKey(id));
    if (partition === undefined) throw new Error(`There is no partition ${partitionKey(id)}.`);
    return partition;
  };
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
    partition.records.push({ ...copyOf(record), offset: partition.endOffset, timestamp: now() });
    partition.endOffset += 1;
    return partition;
  };

  return {
    ...groups,
    createTopics: async (wanted) => wanted.forEach(createTopic),
    topics: async () => [...topics.values()],
    append: async (records) => {
      records.forEach(partitionOf);
      return [...new Set(records.map(appendOne))].map(endOf);
    },
    pulse: async () => ({
      records: [...partitions.values()].reduce((sum, { endOffset }) => sum + endOffset, 0),
      groups: groups.epochs(),
    }),
    ends: async () => [...partitions.values()].map(endOf),
    read: async (id, from, below) => readFrom(partitionOf(id), from, below),
    housekeep: async () => {
      for (const partition of partitions.values()) {
        partition.records = partition.records.filter(isKept(partition, now()));
      }
    },
  };
};
