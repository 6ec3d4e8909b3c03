import type { FindingStatus } from './finding.js';

/** What a caller may make of a finding. */
export type Settlement = Exclude<FindingStatus, 'open'>;

/** From which statuses each is reached. Resolving is also the way out of muting: what happens after that is news. */
const FROM: { readonly [Target in Settlement]: readonly FindingStatus[] } = {
  acknowledged: ['open'],
  muted: ['open', 'acknowledged'],
  resolved: ['open', 'acknowledged', 'muted'],
};

export const maySettle = (from: FindingStatus, to: Settlement): boolean => FROM[to].includes(from);
