import type { Instant, Period } from '@leasehold/licensing';

/** How a balance that changed by little waits, so that many small changes are told at once. */
export const UNTOLD_MS = 5_000;

/** What validators were told last of a limit. */
export interface ToldBalance {
  readonly periodStart: Instant;
  readonly used: number;
  readonly toldAt: Instant;
}

export interface Balance {
  readonly used: number;
  readonly limit: number;
  readonly period: Period;
}

export type BalancePlan =
  { readonly tell: true; readonly dueAt: Instant } | { readonly tell: false; readonly dueAt: Instant };

/**
 * Whether a balance is told now, and when it is to be looked at next. Told at once: the first of a period, and a change
 * by 1 % of the limit or more; anything smaller five seconds after what was told last.
 */
export function planBalance(
  told: ToldBalance | undefined,
  { used, limit, period }: Balance,
  now: Instant,
): BalancePlan {
  const isNew = told?.periodStart !== period.start;
  if (isNew || Math.abs(used - told.used) >= limit / 100 || now >= told.toldAt + UNTOLD_MS) {
    return { tell: true, dueAt: period.end };
  }
  return { tell: false, dueAt: Math.min(told.toldAt + UNTOLD_MS, period.end) };
}
