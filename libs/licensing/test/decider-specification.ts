import { expect } from '@jest/globals';
import type { Decider } from '../src/decider.js';

interface Outcome<Event, Code> {
  /** The command produces exactly these events. */
  readonly then: (...events: readonly Event[]) => void;
  /** The command is refused with this code. */
  readonly thenRefused: (code: Code) => void;
  /** The command is accepted and nothing happens. */
  readonly thenNothing: () => void;
}

interface Given<State, Command, Event, Code> {
  readonly when: (command: Command) => Outcome<Event, Code>;
  /** The state the events lead to. */
  readonly state: State;
}

/** Tests of a decider as sentences: given these events, when this command, then those events, a refusal or nothing. */
export const specificationOf =
  <State, Command, Event, Code>(decider: Decider<State, Command, Event, { readonly code: Code }>) =>
  (...events: readonly Event[]): Given<State, Command, Event, Code> => {
    const state = events.reduce(decider.evolve, decider.initial);
    return {
      state,
      when: (command) => {
        const decision = decider.decide(state, command);
        return {
          then: (...expected) => {
            expect(decision).toEqual({ events: expected });
          },
          thenRefused: (code) => {
            expect(decision).toMatchObject({ refusal: { code } });
          },
          thenNothing: () => {
            expect(decision).toEqual({ events: [] });
          },
        };
      },
    };
  };
