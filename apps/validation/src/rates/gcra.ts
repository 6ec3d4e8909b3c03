/** How much a caller may ask for: so many a second in the long run, and so many at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** The state of one caller: the time at which all that was asked so far will have been paid off. */
export interface Cell {
  paidOffAt: number;
}

/** Longest time for which an answer is held. */
export const LONGEST_HOLD_MS = 2_000;
/** Even a slow caller has so many slots to wait in. */
const FEWEST_SLOTS = 32;

/** How many requests over its rate a caller may have waiting. */
export const slotsOf = ({ perSecond }: Rate): number => Math.max(FEWEST_SLOTS, (LONGEST_HOLD_MS / 1_000) * perSecond);

/** Most requests that can be admitted together: what an idle caller may ask for at once, and all its slots. */
const mostAtOnce = (rate: Rate): number => rate.burst + slotsOf(rate);

/**
 * Reserves `cost` requests in the cell, as the generic cell rate algorithm does (ITU-T I.371): within rate and burst
 * at once, above it each on a slot of its own. Answers how long to hold, at most two seconds; or, when all slots are
 * taken, a negative number and nothing is reserved: its absolute value is the time after which to come back. Who asks for
 * more than could ever be admitted pays for what can: a batch waits until its caller is idle, and is not refused for ever.
 */
export function reserve(cell: Cell, rate: Rate, cost: number, now: number): number {
  const interval = 1_000 / rate.perSecond;
  const paidOffAt = Math.max(cell.paidOffAt, now) + Math.min(cost, mostAtOnce(rate)) * interval;
  const wait = paidOffAt - rate.burst * interval - now;
  const tooLong = wait - slotsOf(rate) * interval;
  // a fraction of a millisecond is how floating point numbers miss a slot that is there
  if (tooLong > 0.001) return -tooLong;
  cell.paidOffAt = paidOffAt;
  return wait <= 0 ? 0 : Math.min(wait, LONGEST_HOLD_MS);
}

/** Requests that would be answered at once now. */
export const remainingOf = (cell: Cell, rate: Rate, now: number): number => {
  const owed = Math.max(0, cell.paidOffAt - now) * (rate.perSecond / 1_000);
  return Math.max(0, Math.floor(rate.burst - owed + 1e-6));
};
