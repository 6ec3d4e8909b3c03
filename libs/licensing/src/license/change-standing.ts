import type { CancelLicense, ReinstateLicense, RevokeLicense, SuspendLicense } from './license-command.js';
import { happened, QUIET, type LicenseDecision } from './license-decision.js';
import type { License } from './license.js';

export const suspendLicense = (license: License, command: SuspendLicense): LicenseDecision =>
  license.suspensions.includes(command.reason)
    ? QUIET
    : happened({ type: 'LicenseSuspended', at: command.now, reason: command.reason });

/** Lifts one reason; the others keep the license suspended. */
export const reinstateLicense = (license: License, command: ReinstateLicense): LicenseDecision =>
  license.suspensions.includes(command.reason)
    ? happened({ type: 'LicenseReinstated', at: command.now, reason: command.reason })
    : QUIET;

export const cancelLicense = (license: License, command: CancelLicense): LicenseDecision =>
  license.cancelledAt === null ? happened({ type: 'LicenseCancelled', at: command.now, note: command.note }) : QUIET;

export const revokeLicense = (command: RevokeLicense): LicenseDecision =>
  happened({ type: 'LicenseRevoked', at: command.now, note: command.note });
