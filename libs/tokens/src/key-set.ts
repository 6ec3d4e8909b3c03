import { decodeBase64url } from './base64url.js';
import { InvalidKeyError } from './invalid-key-error.js';
import { isKeyPurpose, loadPublicKey, type KeyPurpose, type VerificationKey } from './public-key.js';
import { isJsonObject } from './strict-json.js';

/** Public keys by `kid`. */
export type KeySet = ReadonlyMap<string, VerificationKey>;

/** A public key as key sets publish it (RFC 8037), with its purpose as an additional member. */
export interface PublicJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: 'EdDSA';
  readonly purpose: KeyPurpose;
}

/** A JSON Web Key Set (RFC 7517). */
export interface Jwks {
  readonly keys: readonly PublicJwk[];
}

/** A key set of these keys. Throws {@link InvalidKeyError} `duplicate_kid`: no key stands for two purposes. */
export function keySetOf(keys: Iterable<VerificationKey>): KeySet {
  const keySet = new Map<string, VerificationKey>();
  for (const key of keys) {
    if (keySet.has(key.kid)) throw new InvalidKeyError('duplicate_kid', key.kid);
    keySet.set(key.kid, key);
  }
  return keySet;
}

/** The key set as it is published. */
export const keySetToJwks = (keySet: KeySet): Jwks => ({ keys: [...keySet.values()].map(publicJwkOf) });

/** One public key as it is published. */
export const publicJwkOf = ({ x, kid, purpose }: VerificationKey): PublicJwk => ({
  kty: 'OKP',
  crv: 'Ed25519',
  x,
  kid,
  use: 'sig',
  alg: 'EdDSA',
  purpose,
});

/**
 * Reads a published key set. Keys of a type, curve or purpose that is not known here are passed over, as RFC 7517
 * section 5 asks; a key that claims to be one of ours and is not sound spoils the set: {@link InvalidKeyError}.
 */
export function keySetFromJwks(jwks: unknown): KeySet {
  const { keys: entries } = isJsonObject(jwks) ? jwks : {};
  if (!Array.isArray(entries)) throw new InvalidKeyError('malformed');
  const keys: VerificationKey[] = [];
  for (const jwk of entries as readonly unknown[]) {
    if (!isJsonObject(jwk)) throw new InvalidKeyError('malformed');
    const { kty, crv, purpose } = jwk;
    if (kty === 'OKP' && crv === 'Ed25519' && isKeyPurpose(purpose)) keys.push(readJwk(jwk, purpose));
  }
  return keySetOf(keys);
}

function readJwk(jwk: Readonly<Record<string, unknown>>, purpose: KeyPurpose): VerificationKey {
  if (Object.hasOwn(jwk, 'd')) throw new InvalidKeyError('private_key_in_set');
  const { x, kid, use, alg } = jwk;
  const bytes = typeof x === 'string' ? decodeBase64url(x) : undefined;
  const signs = (use === undefined || use === 'sig') && (alg === undefined || alg === 'EdDSA' || alg === 'Ed25519');
  if (bytes === undefined || !signs) throw new InvalidKeyError('malformed');
  const key = loadPublicKey(bytes, purpose);
  if (kid !== key.kid) throw new InvalidKeyError('wrong_kid', key.kid);
  return key;
}
