import { findMisshapenClaim, type ClaimShapes } from './claim-shapes.js';
import type { StrictJson } from './strict-json.js';
import { refused, type Refused } from './token-refusal.js';

/** The `typ` of a license token. */
export const LICENSE_TOKEN_TYP = 'license+jwt';

/** Longest time between `iat` and `exp`: a hundred years. */
const MAX_LIFETIME_SECONDS = 36_525 * 86_400;

/** What a license token says. All times are whole seconds since 1970. */
export interface LicenseTokenClaims {
  /** `<public url>/t/<tenantId>` */
  readonly iss: string;
  /** Product id. */
  readonly aud: string;
  /** License id. */
  readonly sub: string;
  /** The primary binding; missing while the license is bound to nothing. */
  readonly domain?: string;
  /** All bindings, when there is more than one. */
  readonly domains?: readonly string[];
  readonly plan: string;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  /** When this state of the license came to be. */
  readonly iat: number;
  readonly nbf?: number;
  /** Missing for a perpetual license. */
  readonly exp?: number;
  /** Seconds after `exp` in which the license still holds. */
  readonly grace: number;
  readonly trial?: boolean;
  readonly status?: { readonly list: string; readonly index: number };
  /** Version of the license. */
  readonly ver: number;
  readonly jti: string;
}

const SHAPES = {
  iss: 'text',
  aud: 'text',
  sub: 'text',
  domain: { optional: 'text' },
  domains: { optional: 'texts' },
  plan: 'text',
  features: 'texts',
  limits: 'numbers',
  iat: 'natural',
  nbf: { optional: 'natural' },
  exp: { optional: 'natural' },
  grace: 'natural',
  trial: { optional: 'boolean' },
  status: { optional: 'status' },
  ver: 'natural',
  jti: 'text',
} as const satisfies ClaimShapes & Readonly<Record<keyof LicenseTokenClaims, unknown>>;

/** The names of all claims, in the order in which they are written. */
export const LICENSE_CLAIM_NAMES = Object.keys(SHAPES) as readonly (keyof LicenseTokenClaims)[];

/** The payload as claims, if every claim has its shape and the lifetime is bounded. */
export function readLicenseClaims(
  payload: StrictJson,
): { readonly ok: true; readonly claims: LicenseTokenClaims } | Refused {
  const misshapen = findMisshapenClaim(payload, SHAPES);
  if (misshapen !== undefined) return refused('invalid_claim', misshapen);
  const claims = payload.members as unknown as LicenseTokenClaims;
  if (claims.exp !== undefined && claims.exp - claims.iat > MAX_LIFETIME_SECONDS) {
    return refused('invalid_lifetime', 'exp');
  }
  return { ok: true, claims };
}
