import type { RowWrite } from '@leasehold/event-store';
import type { Decision } from '@leasehold/licensing';
import { ProblemError } from '@leasehold/runtime';
import type { Cause, Commit, RecordedEvent } from './commit.js';
import type { InTurn } from './in-turn.js';

/** An aggregate's state and the version of its stream; version 0 = there is no such stream. */
export interface Loaded<State> {
  readonly state: State;
  readonly version: number;
}

/** One command on one stream: load → decide → append. */
export interface CommandHandling<State, Event extends { readonly type: string }, Refusal, Result> extends Cause {
  readonly streamId: string;
  readonly tenantId: string;
  /** `If-Match`: any other version is a conflict. Without it a conflict is decided again upon the newer state. */
  readonly expectedVersion?: number | undefined;
  readonly load: () => Promise<Loaded<State>>;
  readonly decide: (state: State) => Decision<Event, Refusal>;
  readonly evolve: (state: State, event: Event) => State;
  /** The part of the state that its events carry. */
  readonly recorded: (state: State) => unknown;
  /**
   * The rows to write with the events, and what the caller is to be answered. Called before the append with what will be
   * true after it, so that the finished idempotency row can be among the rows. `events` is empty when the command
   * has nothing to do; without rows nothing is written then.
   */
  readonly write: (after: Loaded<State>, events: readonly Event[]) => Written<Result> | Promise<Written<Result>>;
}

export interface Written<Result> {
  readonly rows: readonly (RowWrite | undefined)[];
  readonly result: Result;
}

/** What became of a command. `version` is the stream's version now. */
export type Handled<Refusal, Result> =
  | { readonly kind: 'done'; readonly result: Result; readonly version: number }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'conflict'; readonly actualVersion: number };

export type HandleCommand = <State, Event extends { readonly type: string }, Refusal, Result>(
  handling: CommandHandling<State, Event, Refusal, Result>,
) => Promise<Handled<Refusal, Result>>;

/** Commands of this process wait for each other, so only other processes can make a command try again. */
const MOST_TRIES = 10;

export function createHandleCommand(commit: Commit, inTurn: InTurn): HandleCommand {
  return (handling) =>
    inTurn(handling.streamId, async () => {
      for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
        const handled = await tryOnce(commit, handling);
        if (handled.kind !== 'conflict' || handling.expectedVersion !== undefined) return handled;
      }
      throw new ProblemError('service_unavailable', { detail: 'Too many commands at once; try again.' });
    });
}

async function tryOnce<State, Event extends { readonly type: string }, Refusal, Result>(
  commit: Commit,
  handling: CommandHandling<State, Event, Refusal, Result>,
): Promise<Handled<Refusal, Result>> {
  const { streamId, tenantId, expectedVersion } = handling;
  const { state, version } = await handling.load();
  if (expectedVersion !== undefined && expectedVersion !== version) return { kind: 'conflict', actualVersion: version };
  const decision = handling.decide(state);
  if ('refusal' in decision) return { kind: 'refused', refusal: decision.refusal };

  const { events, after } = record(handling, state, decision.events);
  const newVersion = version + events.length;
  const written = await handling.write({ state: after, version: newVersion }, decision.events);
  const rows = written.rows.filter((row) => row !== undefined);
  if (events.length > 0 || rows.length > 0) {
    const result = await commit(handling, [{ streamId, expectedVersion: version, tenantId, events, rows }]);
    if (!result.appended) return { kind: 'conflict', actualVersion: result.actualVersion };
  }
  return { kind: 'done', result: written.result, version: newVersion };
}

/** The events as they are stored, each with the state after it. */
export function record<State, Event extends { readonly type: string }>(
  aggregate: { evolve(state: State, event: Event): State; recorded(state: State): unknown },
  before: State,
  decided: readonly Event[],
): { readonly events: readonly RecordedEvent[]; readonly after: State } {
  let after = before;
  const events = decided.map((event): RecordedEvent => {
    after = aggregate.evolve(after, event);
    const { type, ...change } = event;
    return { type, data: { change, state: aggregate.recorded(after) } };
  });
  return { events, after };
}
