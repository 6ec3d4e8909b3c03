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
export { partitionOf } from './partition-of.js';
export { FatalConsumerError } from './fatal-consumer-error.js';
export { createMemoryLog, type MemoryLogOptions } from './memory/create-memory-log.js';
export { createPostgresLog, type PostgresLogOptions } from './postgres/create-postgres-log.js';
export { eventLogGrantSql, eventLogMigrationSql } from './postgres/event-log-migration.js';
