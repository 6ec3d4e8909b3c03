/** A topic as the log needs to know it; the catalog of topics belongs to the contracts. */
export interface Topic {
  readonly name: string;
  readonly partitions: number;
  /** `compact` keeps the newest record of each key, `delete` keeps every record for `retentionMs`. */
  readonly cleanup: 'delete' | 'compact';
  /** Age in milliseconds after which records may go; `null` keeps them for ever. */
  readonly retentionMs: number | null;
}

/** Header names and values; both are text, as in Kafka's binary mode of CloudEvents. */
export type RecordHeaders = Readonly<Record<string, string>>;

/** A record to publish. The partition is the caller's choice: see `partitionOf`. */
export interface NewRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  readonly headers: RecordHeaders;
  /** The bytes as they are; `null` is a tombstone: compaction forgets the key. */
  readonly value: Uint8Array | null;
}

/** A stored record. Offsets of a partition start at 0 and grow in commit order; compaction leaves gaps. */
export interface LogRecord extends NewRecord {
  readonly offset: number;
  /** When the log took the record, in milliseconds since 1970. */
  readonly timestamp: number;
}

/** Consecutive records of one partition: at most 1,000 records and about 1 MiB (a larger record comes alone). */
export interface RecordBatch {
  readonly topic: string;
  readonly partition: number;
  /** Never empty, ascending by offset. */
  readonly records: readonly LogRecord[];
  readonly firstOffset: number;
  readonly lastOffset: number;
  /** Tells the log that the handler is alive; call it between long steps. */
  readonly heartbeat: () => Promise<void>;
  /** True once the partition belongs to another member: what the handler does now can no longer count. */
  readonly isStale: () => boolean;
}

/** Handles one batch; a rejection means "not handled": the log delivers from the start offset again. */
export type BatchHandler = (batch: RecordBatch) => Promise<void>;

export interface Subscription {
  /** Stops fetching and waits for the handlers under way; their batches count. */
  close(): Promise<void>;
}

/** A reader of everything, without a group: each replica has its own. */
export interface Follower extends Subscription {
  /** Resolves once all records that were in the log when the follower started have been handled. */
  readonly caughtUp: Promise<void>;
  /** Reads the present ends and waits until all records below them are handled; `false` when that takes longer. */
  passedPresentEnd(timeoutMs: number): Promise<boolean>;
  /** When the follower last knew itself to be at the end or handled a batch, in milliseconds since 1970. */
  readonly lastProgressAt: () => number;
}

export interface GroupSubscription {
  readonly group: string;
  readonly topics: readonly Topic[];
  /**
   * Where to read from when the group's member is given the partition, and after a failed batch: the consumer's own
   * stored offset, which is the truth about what has been handled.
   */
  readonly startOffset: (topic: string, partition: number) => Promise<number>;
  /** Called once when the subscription cannot go on: the process should end with a non-zero code. */
  readonly onFatal: (error: Error) => void;
}

export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  /** Offset that the next published record will get. */
  readonly endOffset: number;
  /** Offset of the next record the group will handle, as the log was last told. */
  readonly nextOffset: number;
  /** `endOffset - nextOffset`: counts offsets, so on a compacted topic it may be more than there are records. */
  readonly lag: number;
}

/**
 * The one port for the event log. Drivers: memory (tests), PostgreSQL (embedded default); all pass
 * `messaging.features.ts`. Delivery is at least once; `fenced` makes the effect exactly once.
 */
export interface EventLog {
  /** Makes the topics known; one that exists must have the same partition count. */
  createTopics(topics: readonly Topic[]): Promise<void>;
  /** Resolves when durable. All or nothing; the order of the array is kept within each partition. */
  publish(records: readonly NewRecord[]): Promise<void>;
  /** Joins the group: its members share the partitions, each batch goes to one of them. */
  subscribe(subscription: GroupSubscription, handle: BatchHandler): Promise<Subscription>;
  /** Reads all partitions from the start and then goes on with what is published; a failed batch is given again. */
  follow(topics: readonly Topic[], from: 'start', handle: BatchHandler): Promise<Follower>;
  lag(group: string, topics: readonly Topic[]): Promise<readonly PartitionLag[]>;
  /** Closes all subscriptions and followers, waiting for their handlers. */
  close(): Promise<void>;
}
