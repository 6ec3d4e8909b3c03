import { verify } from 'node:crypto';
import type { KeySet } from './key-set.js';
import { LICENSE_TOKEN_TYP, readLicenseClaims, type LicenseTokenClaims } from './license-token.js';
import { findKey, isInFuture, readToken } from './strict-reader.js';
import { refused, type Refused } from './token-refusal.js';

/** What the verifier expects of a license token. */
export interface LicenseTokenExpectation {
  /**
   * Which issuers are ours. A rule is given the `kid` whose signature held: where one key set has several tenants'
   * keys, it must say whether that key is that issuer's.
   */
  readonly issuer: string | readonly string[] | ((issuer: string, kid: string) => boolean);
  /** Product id; left out, any product's token passes. */
  readonly audience?: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Leaves `nbf` and `exp` unchecked: online a token is a reference, and the license's current state decides. */
  readonly ignoreExpiry?: boolean;
}

/** A token that is ours. `grace` tells that `exp` has passed and the claim `grace` still carries it. */
export interface VerifiedLicenseToken {
  readonly ok: true;
  readonly kid: string;
  readonly claims: LicenseTokenClaims;
  readonly grace: boolean;
}

/**
 * Verifies a license token. Order of checks: the strict reader's, key and its purpose, signature, issuer, audience,
 * shape of the claims, `iat`, `nbf`, `exp` with grace; the first failure decides.
 *
 * @example
 * const result = verifyLicenseToken(token, keySet, { issuer: 'https://licenses.example.com/t/ten_1', now: clock() });
 * if (!result.ok) return result.refusal.code;
 */
export function verifyLicenseToken(
  token: string,
  keySet: KeySet,
  expected: LicenseTokenExpectation,
): VerifiedLicenseToken | Refused {
  const read = readToken(token, { parts: 3, typ: LICENSE_TOKEN_TYP });
  if (!read.ok) return read;
  const found = findKey(read.kid, keySet, 'license');
  if (!found.ok) return found;
  if (!verify(null, Buffer.from(read.signingInput, 'latin1'), found.key.publicKey, read.signature)) {
    return refused('signature_mismatch');
  }
  const { iss, aud } = read.payload.members;
  if (!isOurIssuer(expected.issuer, iss, read.kid)) return refused('issuer_mismatch', 'iss');
  if (expected.audience !== undefined && aud !== expected.audience) return refused('audience_mismatch', 'aud');
  const shaped = readLicenseClaims(read.payload);
  if (!shaped.ok) return shaped;
  const { claims } = shaped;
  const early = isInFuture(claims.iat, expected.now) ? refused('issued_in_future', 'iat') : undefined;
  const untimely = early ?? (expected.ignoreExpiry === true ? undefined : findUntimely(claims, expected.now));
  return untimely ?? { ok: true, kid: read.kid, claims, grace: hasEnded(claims.exp, expected.now) };
}

function findUntimely({ nbf, exp, grace }: LicenseTokenClaims, now: number): Refused | undefined {
  if (nbf !== undefined && nbf * 1000 > now) return refused('not_yet_valid', 'nbf');
  return hasEnded(exp === undefined ? undefined : exp + grace, now) ? refused('expired', 'exp') : undefined;
}

const hasEnded = (endSeconds: number | undefined, now: number): boolean =>
  endSeconds !== undefined && endSeconds * 1000 <= now;

function isOurIssuer(ours: LicenseTokenExpectation['issuer'], issuer: unknown, kid: string): boolean {
  if (typeof issuer !== 'string') return false;
  if (typeof ours === 'function') return ours(issuer, kid);
  return typeof ours === 'string' ? ours === issuer : ours.includes(issuer);
}
