export type {
  BatchHandler,
  EventLog,
  Follower,
  GroupSubscription,
  LogRecord,
  NewRecord,
  PartitionLag,
  RecordBatch,
  RecordHeaders,
  Subscription,
  Topic,
} from './event-log.js';
export { inTransaction } from './in-transaction.js';
export { partitionOf } from './partition-of.js';
export { FatalConsumerError } from './fatal-consumer-error.js';
export { createMemoryLog, type MemoryLogOptions } from './memory/create-memory-log.js';
export { createPostgresLog, type PostgresLogOptions } from './postgres/create-postgres-log.js';
export { eventLogGrantSql, eventLogMigrationSql } from './postgres/event-log-migration.js';
export type { ConsumerHooks, Decode, Decoded, FailedRecord, Trace } from './consumer/consume.js';
export { consumerMigrationSql } from './consumer/consumer-migration.js';
export { type ConsumerOptions, createConsumer } from './consumer/create-consumer.js';
export { deadLetterTopic } from './consumer/dead-letter-feed.js';
export { fenced, type FencedResult } from './consumer/fenced.js';
export {
  listParked,
  type ParkedKey,
  type ParkedRecord,
  releaseParked,
  replayParked,
  type ReplayResult,
  showParked,
} from './consumer/parked-records.js';
export { EventConsumer } from './nest/event-consumer.js';
export {
  type BatchContext,
  type EventBatch,
  LEASEHOLD_TRANSPORT,
  LeaseholdTransport,
  type LeaseholdTransportOptions,
} from './nest/leasehold-transport.js';
export { outboxMigrationSql } from './outbox/outbox-migration.js';
export { publishOutbox } from './outbox/publish-outbox.js';
export { writeOutbox } from './outbox/write-outbox.js';
export { forgetBoots } from './sequence/forget-boots.js';
export { sequenceMigrationSql } from './sequence/sequence-migration.js';
export { type NumberedItems, siftUnseen, takeUnseen, type Unseen } from './sequence/take-unseen.js';
