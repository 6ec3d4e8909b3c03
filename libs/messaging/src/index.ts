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
