import type { UsageExceeded, UsageThresholdReached } from '@leasehold/contracts';
import { timeText } from './webhook-event.js';

type Data = Readonly<Record<string, unknown>>;

/** `license.usage_threshold`: 80, 100 or 120 % of a limit. */
export const thresholdData = (fact: UsageThresholdReached): Data => ({
  license_id: fact.license,
  meter: fact.meter,
  threshold: fact.threshold,
  used: fact.used,
  limit: fact.limit,
  resets_at: timeText(fact.resetsAt),
});

/** `license.usage_exceeded`: the first refusal of a period. */
export const exceededData = (fact: UsageExceeded): Data => ({
  license_id: fact.license,
  meter: fact.meter,
  used: fact.used,
  limit: fact.limit,
  resets_at: timeText(fact.resetsAt),
});
