export { createEventStore, ORIGIN, type EventStoreOptions } from './create-event-store.js';
export { AppendRejectedError, InvariantError, MISSING_ROW, UnknownOutcomeError } from './errors.js';
export type { Upcaster, Upcasters } from './read/upcast.js';
export { createRelay } from './relay/create-relay.js';
export { firstBrokenSeal, type Seal, type SealHead } from './relay/seal.js';
export type { NewRecord, Publisher, Relay, RelayHooks, RelayOptions } from './relay/types.js';
export { eventStoreSql, type EventStoreSqlOptions } from './schema/event-store-sql.js';
export { rowWriterSql, type WritableTable } from './schema/row-writer-sql.js';
export type {
  Append,
  AppendResult,
  Cursor,
  EventActor,
  EventMetadata,
  EventPage,
  EventStore,
  NewEvent,
  RowPage,
  RowWrite,
  StoredEvent,
  StoredRow,
} from './types.js';
