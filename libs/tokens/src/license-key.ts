import { hash } from 'node:crypto';
import { crockfordSymbol, isCrockfordFrom, randomCrockford } from './crockford.js';
import type { RandomSource } from './random-source.js';
import { MAX_TOKEN_LENGTH } from './strict-reader.js';

const LICENSE_PREFIX = 'lic_';
const ROTATED_PREFIX = 'lk_';
const RANDOM_SYMBOLS = 26;
const CHECK_SYMBOLS = 2;

/** What a caller passed as `licenseKey`: a key to look up by its hash, a token for the strict reader, or neither. */
export type LicenseReference =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'malformed' };

const MALFORMED: LicenseReference = Object.freeze({ kind: 'malformed' });

/**
 * A new license id, which is also the license's first key: `lic_`, 26 random Crockford base32 symbols (130 bits) and
 * two check symbols.
 *
 * The check symbols are the first ten bits of SHA-256 over the ASCII bytes of the 26 symbols (without the prefix),
 * five bits a symbol, most significant first.
 */
export const generateLicenseId = (randomBytes: RandomSource): string => generateKey(LICENSE_PREFIX, randomBytes);

/** A new key for a license whose earlier key was rotated away: `lk_` and 28 symbols as in {@link generateLicenseId}. */
export const generateRotatedKey = (randomBytes: RandomSource): string => generateKey(ROTATED_PREFIX, randomBytes);

/**
 * Tells what kind of license reference `text` is. Costs one short hash; upper case, spaces and look-alike letters are
 * not corrected. A token is only recognized here (a dot, no longer than a token may be): the strict reader judges it.
 *
 * One changed symbol goes unnoticed in 1 of 1024 cases when it is among the random ones, never when it is a check
 * symbol: the check saves lookups and catches slips, it proves nothing.
 */
export function parseLicenseReference(text: string): LicenseReference {
  if (isKey(text, LICENSE_PREFIX) || isKey(text, ROTATED_PREFIX)) return { kind: 'key', key: text };
  if (text.length <= MAX_TOKEN_LENGTH && text.includes('.')) return { kind: 'token', token: text };
  return MALFORMED;
}

/** What events and tables hold instead of a key: SHA-256 over the ASCII bytes of the whole key, in lower-case hex. */
export const hashLicenseKey = (key: string): string => hash('sha256', key, 'hex');

function generateKey(prefix: string, randomBytes: RandomSource): string {
  const symbols = randomCrockford(RANDOM_SYMBOLS, randomBytes);
  const digest = hash('sha256', symbols, 'buffer').readUInt16BE(0);
  return prefix + symbols + crockfordSymbol(digest >> 11) + crockfordSymbol(digest >> 6);
}

function isKey(text: string, prefix: string): boolean {
  const start = prefix.length;
  const end = start + RANDOM_SYMBOLS;
  if (text.length !== end + CHECK_SYMBOLS || !text.startsWith(prefix) || !isCrockfordFrom(text, start)) return false;
  const digest = hash('sha256', text.slice(start, end), 'binary');
  const bits = (digest.charCodeAt(0) << 8) | digest.charCodeAt(1);
  return text.charAt(end) === crockfordSymbol(bits >> 11) && text.charAt(end + 1) === crockfordSymbol(bits >> 6);
}
