import type { CountedPeriod } from '../counting/add-usage.js';

const THRESHOLDS = [80, 100, 120] as const;
export type Threshold = (typeof THRESHOLDS)[number];

export type UsageFact = { readonly kind: 'threshold'; readonly threshold: Threshold } | { readonly kind: 'exceeded' };

type Standing = Pick<CountedPeriod, 'used' | 'threshold' | 'exceeded' | 'refused'>;

/**
 * What is to be told of a period: thresholds (80, 100 and 120 % of the limit) that were not told before, and its first
 * refusal. A limit of 0 has no percentages: its first refusal says all there is.
 */
export function factsOfPeriod({ used, threshold: told, exceeded, refused }: Standing, limit: number): UsageFact[] {
  const reached =
    limit === 0 ? [] : THRESHOLDS.filter((threshold) => threshold > told && used >= share(limit, threshold));
  const facts: UsageFact[] = reached.map((threshold) => ({ kind: 'threshold', threshold }));
  if (refused && !exceeded) facts.push({ kind: 'exceeded' });
  return facts;
}

/** Divided first: a large limit times 120 would no longer be exact. */
const share = (limit: number, percent: number): number => (limit / 100) * percent;
