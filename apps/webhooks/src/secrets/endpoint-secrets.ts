import type { RandomSource } from '@leasehold/runtime';
import { decryptSecret, deriveServiceKey, encryptSecret, localKeyEncryptionKey } from '@leasehold/tokens';

/** Whose secret it is: a ciphertext that was moved to another endpoint does not open. */
export interface SecretOwner {
  readonly tenantId: string;
  readonly endpointId: string;
}

/** Encryption of signing secrets at rest, under a key that only this service derives from the key file. */
export interface EndpointSecrets {
  seal(secret: string, owner: SecretOwner): Promise<string>;
  /** @throws {EnvelopeError} the text, the owner or the key file is not the same */
  open(ciphertext: string, owner: SecretOwner): Promise<string>;
}

/** The provider of the service's {@link EndpointSecrets}. */
export const ENDPOINT_SECRETS = Symbol('ENDPOINT_SECRETS');

export function createEndpointSecrets(masterKey: Uint8Array, random: RandomSource): EndpointSecrets {
  const key = localKeyEncryptionKey(deriveServiceKey(masterKey, 'webhooks'), random);
  return {
    seal: (secret, owner) => encryptSecret(secret, contextOf(owner), key, random),
    open: (ciphertext, owner) => decryptSecret(ciphertext, contextOf(owner), [key]),
  };
}

const contextOf = ({ tenantId, endpointId }: SecretOwner) => ({
  tenant: tenantId,
  kid: endpointId,
  purpose: 'webhook-signing-secret',
});
