import type { anomalyStatuses } from '@leasehold/contracts';
import type { Instant } from '@leasehold/licensing';
import type { ObservedLicense } from '../observations/observation.js';
import type { Severity, Sighting } from '../rules/sighting.js';
import type { Evidence } from './evidence.js';

export type FindingStatus = (typeof anomalyStatuses)[number];

/** What one rule has found about one license, from its first sighting until somebody resolves it. */
export interface Finding extends ObservedLicense {
  readonly id: string;
  readonly rule: Sighting['rule'];
  /** 1 for the license's first finding of the rule, 2 for the one after that was resolved, … */
  readonly generation: number;
  /** The highest so far. */
  readonly severity: Severity;
  readonly status: FindingStatus;
  /** Sightings so far. */
  readonly count: number;
  /** Of the newest sighting. */
  readonly requestedDomain: string | null;
  readonly boundDomain: string | null;
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
  /** Event time at which it was last told, from which the cool-down runs. */
  readonly lastToldAt: Instant;
  readonly evidence: Evidence;
}
