import { decodeBase64url } from './base64url.js';
import type { KeySet } from './key-set.js';
import type { KeyPurpose, VerificationKey } from './public-key.js';
import { parseStrictJson, type StrictJson } from './strict-json.js';
import { refused, type Refused } from './token-refusal.js';

/** The longest token or receipt that is looked at, in characters (all of them ASCII, hence bytes). */
export const MAX_TOKEN_LENGTH = 8192;

/** How far an `iat` may lie ahead of the reader's clock. */
const MAX_CLOCK_SKEW_MS = 60_000;

const KID = /^[A-Za-z0-9_-]{1,64}$/;
const FORBIDDEN_HEADERS = ['jwk', 'jku', 'x5u', 'x5c', 'crit', 'b64'] as const;

/** What kind of token is expected: how many parts, which `typ`. */
export interface TokenFormat {
  readonly parts: 3 | 4;
  readonly typ: string;
}

/** A token whose shape is right. Nothing in it is to be believed before its signature was verified. */
export interface ReadToken {
  readonly ok: true;
  readonly kid: string;
  readonly payload: StrictJson;
  /** `protected "." payload`, what the signature or the leaf hash is over. */
  readonly signingInput: string;
  /** The third of four parts: a batch receipt's path. Empty for three parts. */
  readonly path: Buffer;
  readonly signature: Buffer;
}

/**
 * Reads a compact token so that one text has one meaning in every language: size, parts, canonical base64url, strict
 * JSON, header rules. Checks, in this order: size, parts, encoding, JSON, forbidden headers, `typ`, `alg`, `kid`.
 */
export function readToken(text: string, format: TokenFormat): ReadToken | Refused {
  if (text.length > MAX_TOKEN_LENGTH) return refused('too_large');
  // one more than allowed is enough to refuse a text made of dots
  const parts = text.split('.', format.parts + 1);
  if (parts.length !== format.parts) return refused('wrong_part_count');
  const decoded: Buffer[] = [];
  for (const part of parts) {
    const bytes = part === '' ? undefined : decodeBase64url(part);
    if (bytes === undefined) return refused('not_canonical_base64url');
    decoded.push(bytes);
  }
  const [headerBytes, payloadBytes] = decoded;
  const signature = decoded.at(-1);
  if (headerBytes === undefined || payloadBytes === undefined || signature === undefined) {
    return refused('wrong_part_count');
  }
  const header = parseStrictJson(headerBytes);
  if (!header.ok) return header;
  const payload = parseStrictJson(payloadBytes);
  if (!payload.ok) return payload;
  const checked = checkHeader(header.members, format.typ);
  if (!checked.ok) return checked;
  const path = format.parts === 4 ? (decoded[2] ?? Buffer.alloc(0)) : Buffer.alloc(0);
  return { ok: true, kid: checked.kid, payload, signingInput: `${parts[0]}.${parts[1]}`, path, signature };
}

function checkHeader(
  header: StrictJson['members'],
  typ: string,
): { readonly ok: true; readonly kid: string } | Refused {
  for (const name of FORBIDDEN_HEADERS) {
    if (Object.hasOwn(header, name)) return refused('forbidden_header', name);
  }
  const { typ: givenTyp, alg, kid } = header;
  if (givenTyp !== typ) return refused('wrong_typ', 'typ');
  // both names mean Ed25519 (RFC 8037, RFC 9864); all our keys are that, so nothing is chosen by the header
  if (alg !== 'EdDSA' && alg !== 'Ed25519') return refused('wrong_alg', 'alg');
  return typeof kid === 'string' && KID.test(kid) ? { ok: true, kid } : refused('invalid_kid', 'kid');
}

/** The key a token names, if it is in the set and serves this purpose. */
export function findKey(
  kid: string,
  keySet: KeySet,
  purpose: KeyPurpose,
): { readonly ok: true; readonly key: VerificationKey } | Refused {
  const key = keySet.get(kid);
  if (key === undefined) return refused('unknown_kid', 'kid');
  return key.purpose === purpose ? { ok: true, key } : refused('wrong_purpose', 'kid');
}

/** Whether `iatSeconds` lies further ahead of `now` (epoch milliseconds) than clocks differ. */
export const isInFuture = (iatSeconds: number, now: number): boolean => iatSeconds * 1000 > now + MAX_CLOCK_SKEW_MS;
