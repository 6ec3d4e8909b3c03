import { daysAfter, type Instant } from '../instant.js';
import type { RenewLicense } from './license-command.js';
import { happened, QUIET, refused, type LicenseDecision } from './license-decision.js';
import type { License } from './license.js';

/** From `expiresAt` while the license runs or is in grace, from now after that; never before it starts. */
const endByDuration = (license: License, now: Instant): Instant | null => {
  const { expiresAt, graceDays, planDurationDays } = license;
  if (planDurationDays === null) return null;
  const continues = expiresAt !== null && now < daysAfter(expiresAt, graceDays);
  return daysAfter(continues ? expiresAt : Math.max(now, license.startsAt), planDurationDays);
};

/** A suspended license is reinstated first: a paid invoice never lifts a suspension for abuse. */
export const renewLicense = (license: License, command: RenewLicense): LicenseDecision => {
  if (license.suspensions.length > 0)
    return refused('license.transition_refused', 'A suspended license cannot be renewed; reinstate it first.');
  const expiresAt = command.expiresAt ?? endByDuration(license, command.now);
  if (expiresAt !== null && expiresAt <= license.startsAt)
    return refused('license.time_range_invalid', 'A license must end after it starts.');
  const at = command.now;
  if (license.trial) return happened({ type: 'TrialConverted', at }, { type: 'LicenseRenewed', at, expiresAt });
  if (license.cancelledAt === null && expiresAt === license.expiresAt) return QUIET;
  return happened({ type: 'LicenseRenewed', at, expiresAt });
};
