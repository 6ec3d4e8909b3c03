import type { Decider } from '../decider.js';
import { decideLicense } from './decide-license.js';
import { evolveLicense } from './evolve-license.js';
import type { LicenseCommand } from './license-command.js';
import type { LicenseEvent } from './license-event.js';
import type { LicenseRefusal } from './license-refusal.js';
import type { LicenseState } from './license.js';

/**
 * The license aggregate.
 *
 * @example
 * const state = events.reduce(licenseDecider.evolve, licenseDecider.initial);
 * const decision = licenseDecider.decide(state, { type: 'CancelLicense', note: null, now, actor });
 */
export const licenseDecider: Decider<LicenseState, LicenseCommand, LicenseEvent, LicenseRefusal> = {
  initial: { status: 'none' },
  decide: decideLicense,
  evolve: evolveLicense,
};
