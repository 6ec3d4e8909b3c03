import type { Facts } from './facts.js';
import { GUARDS, type Check, type Guard } from './guards.js';
import type { DenialCode } from './verdict.js';

/** How one check went. Checks after the first failure are reported too; without a license they are not reached. */
export interface CheckReport {
  readonly check: Check;
  readonly outcome: 'pass' | 'fail' | 'not_reached';
  /** The verdict's code, were this check to decide; `null` unless it fails. */
  readonly code: DenialCode | null;
  /** The feature or meter it fails for. */
  readonly subject: string | null;
  /** What is checked, in a sentence. */
  readonly rule: string;
  /** What would make it pass, in a sentence; `null` unless it fails. */
  readonly remedy: string | null;
}

const RULES: Readonly<Record<Check, string>> = {
  readable: 'The license key must be a key or a signed token in full.',
  trusted: 'A signed token must be signed by a current key of this platform, for this purpose.',
  known: 'The key must belong to a license of the caller and must not have been replaced.',
  not_revoked: 'A revoked license is invalid for ever.',
  in_force: 'The license must be neither suspended nor cancelled.',
  started: 'The license must have started.',
  not_expired: 'The license must be within its term or its grace.',
  product_expected: 'The license must be for the product the caller names.',
  domain_covered: 'The domain must be covered by a binding of the license, and a browser must be where it says it is.',
  features_present: 'The license must have every feature the caller demands.',
  within_usage: 'No hard limit may be used up in the present period.',
  seat_available: 'A seat must be free or already held by the caller.',
};

const REMEDIES: Readonly<Record<DenialCode, string>> = {
  malformed: 'Pass the license key exactly as it was issued.',
  bad_signature: 'Pass the token exactly as it was issued, or the license key instead.',
  unknown_key: 'Fetch a new token of the license: its signing key is no longer known.',
  unsupported_alg: 'Fetch a new token of the license: only Ed25519 signatures are accepted.',
  wrong_type: 'Pass a license token, not a token of another kind or for another audience.',
  not_found: "Check the key, the tenant, and whether the license's key was rotated.",
  revoked: 'Issue a new license.',
  suspended: 'Reinstate the license for each of its reasons.',
  cancelled: 'Renew the license.',
  not_yet_valid: 'Wait until the license starts.',
  expired: 'Renew the license.',
  product_mismatch: 'Use a license of the expected product, or correct the product in the request.',
  domain_required: 'Pass the domain the software runs on.',
  domain_invalid: 'Pass a host name only: no scheme, path, user or public address.',
  domain_mismatch: 'Bind the domain to the license, or move a binding to it.',
  domain_unproven: 'Prove control of the domain.',
  feature_missing: 'Add the feature to the license, or move it to a plan that has it.',
  usage_exceeded: 'Raise the limit, or wait until the period ends.',
  seats_exceeded: 'Release a seat, or raise the number of seats.',
};

const CHECKS: readonly (Guard & { readonly check: Check })[] = GUARDS;

const report = (guard: Guard & { readonly check: Check }, facts: Facts): CheckReport => {
  const { check } = guard;
  const rule = RULES[check];
  const { license } = facts;
  if (guard.needs === 'license' && license === undefined)
    return { check, outcome: 'not_reached', code: null, subject: null, rule, remedy: null };
  // the compiler cannot see that the license is there exactly when the guard needs it
  const denial = guard.needs === 'reference' ? guard.deny(facts) : license && guard.deny(facts, license);
  if (denial === undefined) return { check, outcome: 'pass', code: null, subject: null, rule, remedy: null };
  const { code, subject } = denial;
  return { check, outcome: 'fail', code, subject, rule, remedy: REMEDIES[code] };
};

/** Every check of `validate` on the same facts, in the same order; the first that fails is the verdict. */
export const explain = (facts: Facts): readonly CheckReport[] => CHECKS.map((guard) => report(guard, facts));
