import { hkdfSync } from 'node:crypto';
import { open, seal } from './aes-gcm.js';
import type { RandomSource } from './random-source.js';

const KEY_LENGTH = 32;

/**
 * Wraps the data keys of {@link encryptSecret}. Asynchronous, so that a key management service can stand behind it; it
 * then never hands out its own key.
 */
export interface KeyEncryptionKey {
  /** Names the key in every ciphertext; `[A-Za-z0-9_-]{1,64}`. */
  readonly kekId: string;
  /** Encrypts a data key; the result opens only with the same associated data. */
  wrap(dataKey: Uint8Array, associatedData: Uint8Array): Promise<Uint8Array>;
  /** Decrypts a wrapped data key; `undefined` when it or the associated data is not what was wrapped. */
  unwrap(wrapped: Uint8Array, associatedData: Uint8Array): Promise<Uint8Array | undefined>;
}

/**
 * The key of one service, derived from the key file's master secret by HKDF-SHA-256 (RFC 5869): services that share the
 * file still cannot read each other's secrets unless they are given the other's name.
 */
export function deriveServiceKey(masterSecret: Uint8Array, service: string): Buffer {
  if (masterSecret.length < KEY_LENGTH) throw new RangeError(`The master secret has fewer than ${KEY_LENGTH} bytes.`);
  return expand(masterSecret, `leasehold/service-key/v1/${service}`, KEY_LENGTH);
}

/** A key-encryption key held in memory: AES-256-GCM with a random nonce for each data key. */
export function localKeyEncryptionKey(key: Uint8Array, randomBytes: RandomSource): KeyEncryptionKey {
  if (key.length !== KEY_LENGTH) throw new RangeError(`A key-encryption key has ${KEY_LENGTH} bytes.`);
  const secret = Buffer.from(key);
  return {
    // derived, not chosen: the same key file gives the same name on every machine
    kekId: expand(secret, 'leasehold/kek-id/v1', 12).toString('base64url'),
    wrap: (dataKey, associatedData) => Promise.resolve(seal(secret, dataKey, associatedData, randomBytes)),
    unwrap: (wrapped, associatedData) => Promise.resolve(open(secret, wrapped, associatedData)),
  };
}

const expand = (secret: Uint8Array, info: string, length: number): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, new Uint8Array(0), info, length));
