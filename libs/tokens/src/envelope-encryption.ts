import { open, seal } from './aes-gcm.js';
import { decodeBase64url } from './base64url.js';
import type { KeyEncryptionKey } from './key-encryption-key.js';
import { drawBytes, type RandomSource } from './random-source.js';

const VERSION = 'lhe1';
const KEK_ID = /^[A-Za-z0-9_-]{1,64}$/;
const DATA_KEY_LENGTH = 32;

/** What a ciphertext is bound to: moved to another row, tenant or use, it does not open. */
export interface SecretContext {
  /** Tenant id; `platform` for what belongs to no tenant. */
  readonly tenant: string;
  /** `kid` of a signing key, or the id of the object that the secret belongs to. */
  readonly kid: string;
  readonly purpose: string;
}

/** Why a ciphertext could not be opened. */
export type EnvelopeErrorReason = 'malformed' | 'unknown_kek' | 'not_authentic';

/** Thrown when a ciphertext cannot be opened; never carries plaintext or keys. */
export class EnvelopeError extends Error {
  readonly reason: EnvelopeErrorReason;

  constructor(reason: EnvelopeErrorReason) {
    super(`The secret cannot be decrypted: ${reason}.`);
    this.name = 'EnvelopeError';
    this.reason = reason;
  }
}

/**
 * Encrypts a secret text under a data key of its own, which the key-encryption key wraps:
 * `lhe1.<kekId>.<wrapped data key>.<nonce, ciphertext, tag>`, the last two base64url, AES-256-GCM.
 */
export async function encryptSecret(
  plaintext: string,
  context: SecretContext,
  kek: KeyEncryptionKey,
  randomBytes: RandomSource,
): Promise<string> {
  if (!KEK_ID.test(kek.kekId)) throw new TypeError('A kekId has 1 to 64 letters, digits, hyphens and underscores.');
  const associatedData = bindingOf(context, kek.kekId);
  const dataKey = Buffer.from(drawBytes(randomBytes, DATA_KEY_LENGTH));
  const wrapped = await kek.wrap(dataKey, associatedData);
  const sealed = seal(dataKey, Buffer.from(plaintext, 'utf8'), associatedData, randomBytes);
  dataKey.fill(0);
  return [VERSION, kek.kekId, Buffer.from(wrapped).toString('base64url'), sealed.toString('base64url')].join('.');
}

/**
 * Decrypts what {@link encryptSecret} made, with the one of `keks` that the text names (several while a key-encryption
 * key is being replaced). Throws {@link EnvelopeError} when the text, the context or the key is not the same.
 */
export async function decryptSecret(
  text: string,
  context: SecretContext,
  keks: readonly KeyEncryptionKey[],
): Promise<string> {
  const [version, kekId, wrappedText = '', sealedText = '', ...rest] = text.split('.', 5);
  const wrapped = decodeBase64url(wrappedText);
  const sealed = decodeBase64url(sealedText);
  if (version !== VERSION || kekId === undefined || rest.length > 0 || wrapped === undefined || sealed === undefined) {
    throw new EnvelopeError('malformed');
  }
  const kek = keks.find((candidate) => candidate.kekId === kekId);
  if (kek === undefined) throw new EnvelopeError('unknown_kek');
  const associatedData = bindingOf(context, kekId);
  const dataKey = await kek.unwrap(wrapped, associatedData);
  const plaintext = dataKey?.length === DATA_KEY_LENGTH ? open(dataKey, sealed, associatedData) : undefined;
  dataKey?.fill(0);
  if (plaintext === undefined) throw new EnvelopeError('not_authentic');
  return plaintext.toString('utf8');
}

/** The associated data. As JSON, so that no two contexts run together into the same bytes. */
const bindingOf = ({ tenant, kid, purpose }: SecretContext, kekId: string): Buffer =>
  Buffer.from(JSON.stringify([VERSION, kekId, tenant, kid, purpose]), 'utf8');
