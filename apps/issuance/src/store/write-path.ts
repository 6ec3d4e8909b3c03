import { createEventStore, type EventStore } from '@leasehold/event-store';
import type { Clock, Database, RandomSource } from '@leasehold/runtime';
import { type Commit, createCommit } from './commit.js';
import { createHandleCommand, type HandleCommand } from './handle-command.js';
import { createInTurn } from './in-turn.js';

/**
 * How every change of issuance is made. Use cases take it as their first argument.
 *
 * * `commit` appends events and writes rows of the tables in `database/tables.ts` in one transaction: for new streams
 *   (expected version 0) and for changes of several streams;
 * * `handleCommand` is load → decide → append for one stream, tried again on a conflict unless a version is expected.
 *
 * Both answer values; what is thrown is an error of the registry or a broken invariant.
 */
export interface WritePath {
  readonly commit: Commit;
  readonly handleCommand: HandleCommand;
  readonly store: EventStore;
  readonly clock: Clock;
  readonly random: RandomSource;
}

/** The provider of the service's {@link WritePath}. */
export const WRITE_PATH = Symbol('WRITE_PATH');

export function createWritePath(
  database: Pick<Database, 'pool' | 'schema'>,
  clock: Clock,
  random: RandomSource,
): WritePath {
  const store = createEventStore({ pool: database.pool, schema: database.schema });
  const commit = createCommit(store, clock, random);
  return { commit, handleCommand: createHandleCommand(commit, createInTurn()), store, clock, random };
}
