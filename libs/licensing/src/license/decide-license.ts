import { endGrace, markExpired, markExpiring } from './announce-expiry.js';
import { bindDomain, bindFirstDomain, moveDomain, releaseDomain } from './change-domains.js';
import { cancelLicense, reinstateLicense, revokeLicense, suspendLicense } from './change-standing.js';
import { changeFeatures, changeLimits, changeMetadata, changePlan } from './change-terms.js';
import { evolveLicense } from './evolve-license.js';
import { issueLicense } from './issue-license.js';
import type { IssueLicense, LicenseCommand } from './license-command.js';
import { QUIET, refused, type IssuedState, type LicenseDecision } from './license-decision.js';
import { canGrow, oversize } from './license-size.js';
import type { LicenseState } from './license.js';
import { renewLicense } from './renew-license.js';
import { rotateKey } from './rotate-key.js';

/** Commands of the system's own: sent on a guess that may be out of date, so they bind to nothing and are never refused. */
const isOnlyAGuess = (command: LicenseCommand): boolean =>
  command.type === 'BindFirstDomain' ||
  command.type === 'MarkExpiring' ||
  command.type === 'MarkExpired' ||
  command.type === 'EndGrace';

const decideIssued = (state: IssuedState, command: Exclude<LicenseCommand, IssueLicense>): LicenseDecision => {
  const { license } = state;
  switch (command.type) {
    case 'RenewLicense':
      return renewLicense(license, command);
    case 'SuspendLicense':
      return suspendLicense(license, command);
    case 'ReinstateLicense':
      return reinstateLicense(license, command);
    case 'CancelLicense':
      return cancelLicense(license, command);
    case 'RevokeLicense':
      return revokeLicense(command);
    case 'BindDomain':
      return bindDomain(license, command);
    case 'BindFirstDomain':
      return bindFirstDomain(license, command);
    case 'ReleaseDomain':
      return releaseDomain(license, command);
    case 'MoveDomain':
      return moveDomain(license, command);
    case 'ChangePlan':
      return changePlan(license, command);
    case 'ChangeFeatures':
      return changeFeatures(license, command);
    case 'ChangeLimits':
      return changeLimits(license, command);
    case 'ChangeMetadata':
      return changeMetadata(command);
    case 'RotateKey':
      return rotateKey(license, command);
    case 'MarkExpiring':
      return markExpiring(state, command);
    case 'MarkExpired':
      return markExpired(state, command);
    case 'EndGrace':
      return endGrace(state, command);
  }
};

const decideByRules = (state: LicenseState, command: LicenseCommand): LicenseDecision => {
  if (command.type === 'IssueLicense')
    return state.status === 'none'
      ? issueLicense(command)
      : refused('license.already_exists', 'A license with this id exists already.');
  if (state.status === 'none')
    return isOnlyAGuess(command) ? QUIET : refused('license.not_found', 'There is no such license.');
  if (state.license.revokedAt !== null)
    return isOnlyAGuess(command) || command.type === 'RevokeLicense'
      ? QUIET
      : refused('license.transition_refused', 'The license is revoked for ever.');
  return decideIssued(state, command);
};

/** What a command means in a state: events, nothing to do, or a refusal. Also refuses what readers could not take. */
export const decideLicense = (state: LicenseState, command: LicenseCommand): LicenseDecision => {
  const decision = decideByRules(state, command);
  if ('refusal' in decision || !decision.events.some(canGrow)) return decision;
  const after = decision.events.reduce(evolveLicense, state);
  const detail = after.status === 'issued' ? oversize(after.license) : undefined;
  if (detail === undefined) return decision;
  return isOnlyAGuess(command) ? QUIET : refused('license.too_large', detail);
};
