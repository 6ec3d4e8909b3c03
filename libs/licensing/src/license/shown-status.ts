import { daysAfter, type Instant } from '../instant.js';
import type { License } from './license.js';

export type ShownStatus = 'revoked' | 'suspended' | 'cancelled' | 'expired' | 'trial' | 'active';

/** Whether a license runs in grace, and when that ends; `graceEndsAt` is `null` outside of it. */
export interface Grace {
  readonly grace: boolean;
  readonly graceEndsAt: Instant | null;
}

const NO_GRACE: Grace = { grace: false, graceEndsAt: null };

/** First instant at which the license is no longer valid, grace included; `null`: perpetual. */
export const validUntil = (license: License): Instant | null =>
  license.expiresAt === null ? null : daysAfter(license.expiresAt, license.graceDays);

/** Grace by the clock: from `expiresAt` on, for `graceDays`. Says nothing about suspension and the like. */
export const graceOf = (license: License, now: Instant): Grace => {
  const { expiresAt } = license;
  if (expiresAt === null || now < expiresAt) return NO_GRACE;
  const graceEndsAt = daysAfter(expiresAt, license.graceDays);
  return now < graceEndsAt ? { grace: true, graceEndsAt } : NO_GRACE;
};

/** The one word for a license's state, the first that fits. In grace a license is still `active` or `trial`. */
export const shownStatus = (license: License, now: Instant): ShownStatus => {
  if (license.revokedAt !== null) return 'revoked';
  if (license.suspensions.length > 0) return 'suspended';
  if (license.cancelledAt !== null) return 'cancelled';
  const end = validUntil(license);
  if (end !== null && now >= end) return 'expired';
  return license.trial ? 'trial' : 'active';
};
