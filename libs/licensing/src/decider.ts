/** What deciding gives: facts to be recorded (none = nothing to do), or the reason why not. */
export type Decision<Event, Refusal> = { readonly events: readonly Event[] } | { readonly refusal: Refusal };

/**
 * An aggregate as two pure functions. `decide` says what a command means in a state, `evolve` what a fact makes of a
 * state; folding recorded events with `evolve` from `initial` gives the state back.
 *
 * `evolve` never fails and has no default branch. Neither knows the time: commands carry it.
 */
export interface Decider<State, Command, Event, Refusal> {
  readonly initial: State;
  readonly decide: (state: State, command: Command) => Decision<Event, Refusal>;
  readonly evolve: (state: State, event: Event) => State;
}
