import { PLATFORM_TENANT } from '@leasehold/contracts';
import { exportSigningKey, generateSigningKey, type RandomSource, type SecretContext } from '@leasehold/tokens';
import type { Secrets } from '../secrets/secrets.js';
import type { DrawnKey, RingPurpose } from './key-ring.js';

/** A key that has been drawn: what may be known about it, and its private half as ciphertext. */
export interface DrawnSigningKey {
  readonly key: DrawnKey;
  /** License keys under issuance's own key-encryption key, receipt keys under that of validation, which signs with them. */
  readonly ciphertext: string;
}

/** What the ciphertext of a private key is bound to. */
export const signingKeyContext = ({ tenantId, kid, purpose }: Omit<DrawnKey, 'x'>): SecretContext => ({
  tenant: tenantId,
  kid,
  purpose,
});

export async function drawSigningKey(
  ring: { readonly tenantId: string; readonly purpose: RingPurpose },
  secrets: Secrets,
  random: RandomSource,
): Promise<DrawnSigningKey> {
  const drawn = generateSigningKey(ring.purpose, random);
  const key = { ...ring, kid: drawn.kid, x: drawn.verificationKey.x };
  const text = exportSigningKey(drawn);
  const context = signingKeyContext(key);
  const isReceipt = ring.purpose === 'receipt';
  return {
    key,
    ciphertext: await (isReceipt ? secrets.sealForValidation(text, context) : secrets.seal(text, context)),
  };
}

/** The ring that the receipts of the whole platform are signed by. */
export const RECEIPT_RING = { tenantId: PLATFORM_TENANT, purpose: 'receipt' } as const;
