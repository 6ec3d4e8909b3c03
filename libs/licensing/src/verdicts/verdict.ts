import type { Instant } from '../instant.js';
import type { Assurance, Environment } from '../license/license.js';

/** Why a token is not ours. */
export type TokenRefusalCode = 'bad_signature' | 'unknown_key' | 'unsupported_alg' | 'wrong_type';

/** Every code of a verdict, in the order of the checks. `domain_unproven` waits for plans that demand a level. */
export const VERDICT_CODES = [
  'malformed',
  'bad_signature',
  'unknown_key',
  'unsupported_alg',
  'wrong_type',
  'not_found',
  'revoked',
  'suspended',
  'cancelled',
  'not_yet_valid',
  'expired',
  'product_mismatch',
  'domain_required',
  'domain_invalid',
  'domain_mismatch',
  'domain_unproven',
  'feature_missing',
  'usage_exceeded',
  'seats_exceeded',
  'valid',
] as const;

export type VerdictCode = (typeof VERDICT_CODES)[number];

export type DenialCode = Exclude<VerdictCode, 'valid'>;

export type Warning =
  /** The license has no domain yet; this one was proposed for it. */
  | 'binding_pending'
  /** A soft limit is passed. */
  | 'usage_soft_limit'
  /** The seat was granted without asking the store. */
  | 'seat_unconfirmed'
  /** The validator's view of licenses is older than it should be. */
  | 'stale_state';

export interface Denial {
  readonly valid: false;
  readonly code: DenialCode;
  /** `feature_missing`: the feature; `usage_exceeded`: the meter. */
  readonly subject: string | null;
}

export interface Granted {
  readonly valid: true;
  readonly code: 'valid';
  /** The canonical host that was asked for. */
  readonly domain: string;
  /** Pattern of the binding that covers it; the host itself where none was needed. */
  readonly matchedDomain: string;
  readonly assurance: Assurance;
  readonly environment: Environment;
  readonly grace: boolean;
  readonly graceEndsAt: Instant | null;
  readonly warnings: readonly Warning[];
}

export type Verdict = Granted | Denial;
