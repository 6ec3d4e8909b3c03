import { z } from 'zod';
import { instant } from '../http/values.js';

/** What metering tells: thresholds, refusals and balances. */

const usageFact = {
  license: z.string(),
  tenant: z.string(),
  product: z.string(),
  meter: z.string(),
  used: z.int(),
  limit: z.int(),
  periodStart: instant,
  resetsAt: instant,
};

/** A threshold (80, 100 or 120 % of a limit) was reached, once in a period. */
export const usageThresholdReached = z.object({ ...usageFact, threshold: z.int() });

/** The first validation of a period that a hard limit refused. */
export const usageExceeded = z.object(usageFact);

/** The newest balance of a limited meter; `acked` says which events of each validator's boot it has counted. */
export const usageBalance = z.object({
  license: z.string(),
  tenant: z.string(),
  meter: z.string(),
  used: z.int(),
  limit: z.int(),
  periodStart: instant,
  periodEnd: instant,
  /** Boot id → number of the last event counted, in the partition of the license. */
  acked: z.record(z.string(), z.int()),
});

export type UsageThresholdReached = z.output<typeof usageThresholdReached>;
export type UsageExceeded = z.output<typeof usageExceeded>;
export type UsageBalance = z.output<typeof usageBalance>;
