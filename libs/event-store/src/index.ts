export { AppendRejectedError, InvariantError, UnknownOutcomeError } from './errors.js';
export type { NewRecord, Publisher, Relay, RelayHooks, RelayOptions } from './relay/types.js';
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
