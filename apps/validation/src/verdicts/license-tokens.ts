import type { TokenRefusalCode } from '@leasehold/licensing';
import { verifyLicenseToken } from '@leasehold/tokens';
import type { KeySets } from '../key-sets/key-sets.js';

/** A license token as a reference: which license it speaks of, and at which version it was minted. */
export interface TokenReference {
  readonly licenseId: string;
  readonly tenantId: string;
  readonly productId: string;
  readonly version: number;
}

export type ReadToken = TokenReference | { readonly refused: TokenRefusalCode | 'malformed' };

/** Checks that a token is ours. What it says about expiry and domains is not looked at: the state of the license decides. */
export type ReadLicenseToken = (token: string, now: number) => ReadToken;

/** Verified tokens that are remembered; a signature costs more than all the rest of a validation. */
const MOST_REMEMBERED = 2_000;

/** @param publicUrls where the platform is and was reached: the issuers of its tokens begin with one of them */
export function createLicenseTokenReader(keySets: KeySets, publicUrls: readonly string[]): ReadLicenseToken {
  const verified = new Map<string, TokenReference>();
  let version = keySets.version;

  return (token, now) => {
    if (version !== keySets.version) {
      verified.clear();
      version = keySets.version;
    }
    const known = verified.get(token);
    if (known !== undefined) return known;
    const { keySet, tenantOf } = keySets.licenseKeys();
    const result = verifyLicenseToken(token, keySet, {
      issuer: (issuer, kid) => publicUrls.some((url) => issuer === `${url}/t/${tenantOf.get(kid) ?? ''}`),
      now,
      ignoreExpiry: true,
    });
    if (!result.ok) return { refused: verdictOf(result.refusal.code) };
    const { sub: licenseId, aud: productId, ver } = result.claims;
    const reference = { licenseId, productId, tenantId: tenantOf.get(result.kid) ?? '', version: ver };
    if (verified.size >= MOST_REMEMBERED) verified.clear();
    verified.set(token, reference);
    return reference;
  };
}

const verdictOf = (code: TokenRefusalCode | 'malformed' | 'not_yet_valid' | 'expired') =>
  code === 'not_yet_valid' || code === 'expired' ? 'malformed' : code;
