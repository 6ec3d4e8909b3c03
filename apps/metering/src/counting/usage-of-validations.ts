import type { ValidationItem } from '@leasehold/contracts';
import type { Instant } from '@leasehold/licensing';
import { API_CALLS } from '../licenses/license-context.js';
import { judgeTime } from './event-time.js';
import type { Usage } from './usage.js';

export interface CountableValidations {
  readonly usages: readonly Usage[];
  /** Calls older than anything that is still counted. */
  readonly tooLate: number;
  /** Calls from a clock far ahead of ours, taken as made now. */
  readonly ahead: number;
}

/**
 * What validations count: a granted one is one call, in production and in development alike; of the refused ones only
 * those count (as refusals) that a hard limit refused.
 */
export function usageOfValidations(items: readonly ValidationItem[], now: Instant): CountableValidations {
  const usages: Usage[] = [];
  let tooLate = 0;
  let ahead = 0;
  for (const { license, code, at } of items) {
    const refused = code === 'usage_exceeded';
    if (license === undefined || (code !== 'valid' && !refused)) continue;
    const time = judgeTime(at, now);
    if (time === 'too_late') {
      tooLate += 1;
      continue;
    }
    if (time === 'in_the_future') ahead += 1;
    usages.push({
      licenseId: license,
      meter: API_CALLS,
      at: time === 'in_time' ? at : now,
      quantity: refused ? 0 : 1,
      refused,
    });
  }
  return { usages, tooLate, ahead };
}
