import { sign } from 'node:crypto';
import { encodeBase64url } from './base64url.js';
import { LICENSE_CLAIM_NAMES, LICENSE_TOKEN_TYP, readLicenseClaims, type LicenseTokenClaims } from './license-token.js';
import type { SigningKey } from './signing-key.js';
import { parseStrictJson } from './strict-json.js';
import { MAX_TOKEN_LENGTH } from './strict-reader.js';

const SIGNATURE_LENGTH = 86;
const THUMBPRINT_LENGTH = 43;

/**
 * Signs a license token: a JWS (RFC 7515) in compact form, `alg` EdDSA (RFC 8037). The same claims and key give the
 * same bytes, whatever the order in which the claims or limits were put together.
 *
 * Throws when the key is for another purpose, or when the strict reader would refuse the token: a broken invariant of
 * the caller, who can ask {@link measureLicenseToken} first.
 */
export function signLicenseToken(claims: LicenseTokenClaims, key: SigningKey): string {
  if (key.purpose !== 'license') throw new TypeError(`A ${key.purpose} key does not sign license tokens.`);
  const payload = licensePayload(claims);
  const read = parseStrictJson(Buffer.from(payload, 'utf8'));
  const checked = read.ok ? readLicenseClaims(read) : read;
  if (!checked.ok) {
    const { reason, member } = checked.refusal;
    throw new TypeError(`These are no license token's claims: ${reason}${member === undefined ? '' : ` (${member})`}.`);
  }
  const signingInput = `${encodeBase64url(licenseHeader(key.kid))}.${encodeBase64url(payload)}`;
  const signature = sign(null, Buffer.from(signingInput, 'latin1'), key.privateKey).toString('base64url');
  const token = `${signingInput}.${signature}`;
  if (token.length > MAX_TOKEN_LENGTH) throw new RangeError(`The token has ${token.length} bytes.`);
  return token;
}

/** How many bytes the token of these claims has, without signing it; more than {@link MAX_TOKEN_LENGTH} is too many. */
export function measureLicenseToken(claims: LicenseTokenClaims): number {
  const header = licenseHeader('k'.repeat(THUMBPRINT_LENGTH));
  return base64urlLength(header) + 1 + base64urlLength(licensePayload(claims)) + 1 + SIGNATURE_LENGTH;
}

const licenseHeader = (kid: string): string => JSON.stringify({ alg: 'EdDSA', typ: LICENSE_TOKEN_TYP, kid });

/** Claims in their fixed order, limits by name; what is not a claim of license tokens is left out. */
function licensePayload(claims: LicenseTokenClaims): string {
  const limits = Object.fromEntries(Object.entries(claims.limits).sort(([a], [b]) => (a < b ? -1 : 1)));
  const ordered = LICENSE_CLAIM_NAMES.map((name) => [name, name === 'limits' ? limits : claims[name]] as const);
  return JSON.stringify(Object.fromEntries(ordered));
}

const base64urlLength = (text: string): number => Math.ceil((Buffer.byteLength(text, 'utf8') * 4) / 3);
