import type { Decision } from '../decider.js';
import type { LicenseState } from './license.js';
import type { LicenseEvent } from './license-event.js';
import type { LicenseRefusal, LicenseRefusalCode } from './license-refusal.js';

export type LicenseDecision = Decision<LicenseEvent, LicenseRefusal>;

export type IssuedState = Extract<LicenseState, { status: 'issued' }>;

/** The command changes nothing: what it asks for is so already, or is none of this state's business. */
export const QUIET: LicenseDecision = { events: [] };

export const happened = (...events: readonly LicenseEvent[]): LicenseDecision => ({ events });

export const refused = (code: LicenseRefusalCode, detail: string): { readonly refusal: LicenseRefusal } => ({
  refusal: { code, detail },
});
