import { generateRotatedKey, hashLicenseKey } from '@leasehold/tokens';
import { type Answering, changeLicense, type ChangeLicense, type Outcome } from './change-license.js';
import type { LicenseContext } from './license-context.js';
import { sealLicenseKey } from './license-key.js';

/** Draws a new key. Events carry its hash; the key itself is kept encrypted, so that a GET can show it. */
export async function rotateLicenseKey<Body>(
  context: LicenseContext,
  change: Omit<ChangeLicense, 'commands' | 'keeping'>,
  overlapHours: number,
  answering: Answering<Body>,
): Promise<Outcome<Body>> {
  const { tenantId, licenseId, now, actor } = change;
  const key = generateRotatedKey(context.writePath.random);
  const keyCiphertext = await sealLicenseKey(context.secrets, key, { id: licenseId, tenantId });
  return changeLicense(
    context,
    {
      ...change,
      commands: () => [{ type: 'RotateKey', keyHash: hashLicenseKey(key), overlapHours, now, actor }],
      keeping: (before) => ({ ...before, keyCiphertext }),
    },
    answering,
  );
}
