import type { anomalySeverities } from '@leasehold/contracts';
import type { Instant } from '@leasehold/licensing';

export type Severity = (typeof anomalySeverities)[number];

/** How late an observation may be, measured by the newest one of the same license, and still count in windows. */
export const TOLERANCE_MS = 120_000;

/** Which threshold gave a mismatch its severity. */
export type MismatchReach = 'once' | 'from_one_domain' | 'different_domains';

/** A license was asked for from a domain it is not bound to. */
export interface MismatchSighting {
  readonly rule: 'domain_mismatch';
  readonly severity: Severity;
  readonly at: Instant;
  readonly requestedDomain: string;
  readonly boundDomain: string | null;
  readonly reached: MismatchReach;
}

/** A request came while there were more in a minute than the license's own habit allows. */
export interface BurstSighting {
  readonly rule: 'burst_requests';
  readonly severity: 'warning';
  readonly at: Instant;
  /** Requests of the last minute. */
  readonly perMinute: number;
  /** What is usual for the license at this hour of the week. */
  readonly baselinePerMinute: number;
  readonly limitPerMinute: number;
}

/** One suspicious observation. A finding is what sightings of one rule about one license add up to. */
export type Sighting = MismatchSighting | BurstSighting;

/** What a rule makes of one observation: its next state, and what it has found. */
export interface Observed<State, Found extends Sighting> {
  readonly state: State;
  readonly findings: readonly Found[];
}
