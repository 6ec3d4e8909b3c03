import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { decodeBase64url } from './base64url.js';
import { InvalidKeyError } from './invalid-key-error.js';
import { publicJwkOf, type PublicJwk } from './key-set.js';
import { isKeyPurpose, loadPublicKey, type KeyPurpose, type VerificationKey } from './public-key.js';
import { drawBytes, type RandomSource } from './random-source.js';
import { isJsonObject } from './strict-json.js';

/** A private key, loaded once, and its public half. */
export interface SigningKey {
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  readonly purpose: KeyPurpose;
  readonly privateKey: KeyObject;
  readonly verificationKey: VerificationKey;
}

const SEED_LENGTH = 32;

/** What stands before the 32 bytes of an Ed25519 seed in PKCS #8 (RFC 8410 section 7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A new Ed25519 key for one purpose; the random source gives its 32-byte seed. */
export function generateSigningKey(purpose: KeyPurpose, randomBytes: RandomSource): SigningKey {
  return signingKeyFromSeed(drawBytes(randomBytes, SEED_LENGTH), purpose);
}

/**
 * The private key as text (a JWK with `d` and its purpose), to be passed to `encryptSecret` and nowhere else.
 * {@link importSigningKey} reads it.
 */
export function exportSigningKey(key: SigningKey): string {
  const { d } = key.privateKey.export({ format: 'jwk' });
  if (d === undefined) throw new InvalidKeyError('malformed', key.kid);
  return JSON.stringify({ ...publicJwkOf(key.verificationKey), d } satisfies PublicJwk & { d: string });
}

/** Loads what {@link exportSigningKey} wrote. Throws {@link InvalidKeyError}, also when the public half is another's. */
export function importSigningKey(text: string): SigningKey {
  let jwk: unknown;
  try {
    jwk = JSON.parse(text);
  } catch {
    throw new InvalidKeyError('malformed');
  }
  if (!isJsonObject(jwk)) throw new InvalidKeyError('malformed');
  const { d, x, kid, purpose } = jwk;
  const seed = typeof d === 'string' ? decodeBase64url(d) : undefined;
  if (seed?.length !== SEED_LENGTH || !isKeyPurpose(purpose)) throw new InvalidKeyError('malformed');
  const key = signingKeyFromSeed(seed, purpose);
  if (key.verificationKey.x !== x || key.kid !== kid) throw new InvalidKeyError('public_half_differs');
  return key;
}

/** The key of a 32-byte seed (RFC 8032 section 5.1.5), for known answers and embedded test keys. */
export function signingKeyFromSeed(seed: Uint8Array, purpose: KeyPurpose): SigningKey {
  if (seed.length !== SEED_LENGTH) throw new InvalidKeyError('malformed');
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  const publicBytes = x === undefined ? undefined : decodeBase64url(x);
  if (publicBytes === undefined) throw new InvalidKeyError('malformed');
  const verificationKey = loadPublicKey(publicBytes, purpose);
  return { kid: verificationKey.kid, purpose, privateKey, verificationKey };
}
