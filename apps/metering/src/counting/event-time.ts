import { DAY_MS, type Instant } from '@leasehold/licensing';

/** Events come late from spill files and offline machines; older ones are of periods that have long been closed. */
const LATEST_MS = 35 * DAY_MS;
/** Clocks of others may be ahead by this much. */
const AHEAD_MS = 5 * 60_000;

export type EventTime = 'in_time' | 'too_late' | 'in_the_future';

/** Whether an event of this time can be counted now. */
export const judgeTime = (at: Instant, now: Instant): EventTime => {
  if (at < now - LATEST_MS) return 'too_late';
  return at > now + AHEAD_MS ? 'in_the_future' : 'in_time';
};
