import type { Clock, RandomSource } from '@leasehold/runtime';

/** What telling needs: the time, and chance for the ids of events. */
export interface Teller {
  readonly clock: Clock;
  readonly random: RandomSource;
}

export const TELLER = Symbol('TELLER');
