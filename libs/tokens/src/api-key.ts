import { hash } from 'node:crypto';
import { crockfordSymbol, isCrockfordFrom, randomCrockford } from './crockford.js';
import type { RandomSource } from './random-source.js';

/** Who an API key speaks for: a tenant's server, a tenant's shipped software, or the operator of the platform. */
export type ApiKeyKind = 'secret' | 'publishable' | 'operator';

const PREFIXES = { secret: 'lh_sk_', publishable: 'lh_pk_', operator: 'lh_op_' } as const satisfies Record<
  ApiKeyKind,
  string
>;
const KIND_OF_PREFIX: ReadonlyMap<string, ApiKeyKind> = new Map([
  [PREFIXES.secret, 'secret'],
  [PREFIXES.publishable, 'publishable'],
  [PREFIXES.operator, 'operator'],
]);
const PREFIX_LENGTH = PREFIXES.secret.length;
const RANDOM_SYMBOLS = 32;
const CHECK_SYMBOLS = 6;
const HINT_SYMBOLS = 4;

/**
 * A new API key: prefix of its kind, 32 random Crockford base32 symbols (160 bits), six check symbols.
 *
 * The check symbols are the first 30 bits of SHA-256 over the ASCII bytes of everything before them, so that the prefix
 * is covered too. Pattern for secret scanners: `lh_(sk|pk|op)_[0-9a-hjkmnp-tv-z]{38}`.
 */
export function generateApiKey(kind: ApiKeyKind, randomBytes: RandomSource): string {
  const body = PREFIXES[kind] + randomCrockford(RANDOM_SYMBOLS, randomBytes);
  return body + checkSymbols(body);
}

/**
 * The kind of a well-formed API key, `undefined` for any other text. Reads nothing but the text: whether the key
 * exists is the table's to say. Any one changed character passes with a chance of 2^-30 at most.
 */
export function checkApiKey(text: string): { readonly kind: ApiKeyKind } | undefined {
  if (text.length !== PREFIX_LENGTH + RANDOM_SYMBOLS + CHECK_SYMBOLS) return undefined;
  const kind = KIND_OF_PREFIX.get(text.slice(0, PREFIX_LENGTH));
  if (kind === undefined || !isCrockfordFrom(text, PREFIX_LENGTH)) return undefined;
  return text.endsWith(checkSymbols(text.slice(0, -CHECK_SYMBOLS))) ? { kind } : undefined;
}

/** What tables and topics hold instead of an API key: SHA-256 over its ASCII bytes, lower-case hex. */
export const hashApiKey = (key: string): string => hash('sha256', key, 'hex');

/** How a key is shown once it can no longer be read: prefix and last four check symbols, `lh_sk_…x7k2`. */
export const hintOf = (key: string): string => `${key.slice(0, PREFIX_LENGTH)}…${key.slice(-HINT_SYMBOLS)}`;

function checkSymbols(body: string): string {
  const bits = hash('sha256', body, 'buffer').readUInt32BE(0);
  let text = '';
  for (let shift = 27; shift >= 2; shift -= 5) text += crockfordSymbol(bits >>> shift);
  return text;
}
