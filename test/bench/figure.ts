import type { Rounds } from './compare.js';
import type { SiteOptions } from './site/site.js';

/** How much is done for a figure. */
export interface Effort extends Rounds, SiteOptions {
  readonly quick: boolean;
  /** How many licenses the validation service holds. */
  readonly licenses: number;
}

export interface Measured {
  /** The figure as it stands in the table, e.g. `0.43 (0.41-0.45)`. */
  readonly figure: string;
  /** What it is of, and the absolute figures behind it. */
  readonly detail: string;
  /** Whether the bar is reached. */
  readonly meetsBar: boolean;
}

export interface Figure {
  readonly id: string;
  readonly what: string;
  readonly yardstick: string;
  readonly bar: string;
  readonly measure: (effort: Effort) => Promise<Measured>;
}
