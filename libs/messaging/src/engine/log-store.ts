import type { LogRecord, NewRecord, Topic } from '../event-log.js';

/** The most that one read returns; a record that is larger than the bytes comes alone. */
export const READ_LIMIT = { records: 1_000, bytes: 1_048_576 } as const;

export interface PartitionId {
  readonly topic: string;
  readonly partition: number;
}

export interface PartitionEnd extends PartitionId {
  /** Offset the next record will get. All records below it can be read. */
  readonly endOffset: number;
}

/** Two numbers that change when anything a reader waits for has changed; one cheap statement for all partitions. */
export interface Pulse {
  /** Sum of the end offsets of all partitions. */
  readonly records: number;
  /** Sum of the epochs of all groups: members came or went, partitions were released. */
  readonly groups: number;
}

export interface Lease extends PartitionId {
  /** Grows with each new owner of the partition in the group. */
  readonly fence: number;
}

export interface Assignment {
  /** The member is unknown, most likely because its time ran out: it has to join again. */
  readonly expelled: boolean;
  readonly owned: readonly Lease[];
  /** Still held by the member but due to another one: finish the batch under way, then release. */
  readonly revoked: readonly Lease[];
}

export interface Membership {
  readonly group: string;
  /** Unique for each subscription and boot. */
  readonly member: string;
  /** A place that runs one process at a time; its new boot takes over from the old one without waiting. */
  readonly instance: string;
  readonly boot: string;
  readonly topics: readonly string[];
}

export interface ReachedOffset extends Lease {
  readonly nextOffset: number;
}

/** What a driver has to know; everything about loops, batches and waiting is in the engine above it. */
export interface LogStore {
  createTopics(topics: readonly Topic[]): Promise<void>;
  topics(): Promise<readonly Topic[]>;
  /** All or nothing; answers the new ends of the partitions it wrote to. */
  append(records: readonly NewRecord[]): Promise<readonly PartitionEnd[]>;
  pulse(): Promise<Pulse>;
  ends(): Promise<readonly PartitionEnd[]>;
  /** Records with `from <= offset < below` in order, up to `READ_LIMIT`. */
  read(id: PartitionId, from: number, below: number): Promise<readonly LogRecord[]>;
  join(membership: Membership): Promise<void>;
  /** Prolongs the members and drops those whose time ran out; answers which of the asked ones are still members. */
  heartbeat(members: readonly string[]): Promise<readonly string[]>;
  /** Takes what is free and due to the member. */
  assign(group: string, member: string): Promise<Assignment>;
  release(group: string, member: string, ids: readonly PartitionId[]): Promise<void>;
  leave(group: string, member: string): Promise<void>;
  /** Notes how far the group has come; an offset under an outdated fence is ignored. */
  reached(group: string, offsets: readonly ReachedOffset[]): Promise<void>;
  groupOffsets(group: string): Promise<readonly (PartitionId & { readonly nextOffset: number })[]>;
  /** Compaction and retention, a bounded amount of it. */
  housekeep(): Promise<void>;
}

export const partitionKey = (id: PartitionId): string => `${id.topic}/${id.partition}`;

export const partitionsOf = (topics: readonly Topic[]): readonly PartitionId[] =>
  topics.flatMap(({ name, partitions }) =>
    Array.from({ length: partitions }, (_, partition) => ({ topic: name, partition })),
  );

/** Bytes a record counts for in `READ_LIMIT`. */
export const sizeOf = (record: NewRecord): number => record.value?.byteLength ?? 0;
