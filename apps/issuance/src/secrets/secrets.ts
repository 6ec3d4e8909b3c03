import {
  decryptSecret,
  deriveServiceKey,
  encryptSecret,
  localKeyEncryptionKey,
  type RandomSource,
  type SecretContext,
} from '@leasehold/tokens';

/** Encryption at rest: each secret under a data key of its own, wrapped by a key that the key file gives. */
export interface Secrets {
  /** For issuance itself: private license keys, rotated keys of licenses, keys nobody has seen yet. */
  seal(plaintext: string, context: SecretContext): Promise<string>;
  /** @throws {EnvelopeError} the text, the context or the key file is not the same */
  open(ciphertext: string, context: SecretContext): Promise<string>;
  /** For validation, which alone can open it: private receipt keys. */
  sealForValidation(plaintext: string, context: SecretContext): Promise<string>;
}

/** The provider of the service's {@link Secrets}. */
export const SECRETS = Symbol('SECRETS');

export function createSecrets(masterKey: Uint8Array, random: RandomSource): Secrets {
  const own = localKeyEncryptionKey(deriveServiceKey(masterKey, 'issuance'), random);
  const validation = localKeyEncryptionKey(deriveServiceKey(masterKey, 'validation'), random);
  return {
    seal: (plaintext, context) => encryptSecret(plaintext, context, own, random),
    open: (ciphertext, context) => decryptSecret(ciphertext, context, [own]),
    sealForValidation: (plaintext, context) => encryptSecret(plaintext, context, validation, random),
  };
}
