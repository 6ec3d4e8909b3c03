import type { LicenseBody } from '@leasehold/contracts';
import type { Instant, License } from '@leasehold/licensing';
import type { LicenseContext } from './license-context.js';
import { openLicenseKey } from './license-key.js';
import type { PrivatePart } from './load-license.js';
import { showLicense } from './show-license.js';

/** A license of the tenant as the API shows it now. */
export async function readLicense(
  context: LicenseContext,
  tenantId: string,
  licenseId: string,
  now: Instant,
): Promise<LicenseBody | undefined> {
  const { state, kept } = await context.loadLicense(tenantId, licenseId);
  return state.status === 'none' ? undefined : describeLicense(context, state.license, kept, now);
}

/** With its newest key in plain text: for answers to the tenant only. */
export const describeLicense = async (
  { secrets }: Pick<LicenseContext, 'secrets'>,
  license: License,
  kept: PrivatePart,
  now: Instant,
): Promise<LicenseBody> => showLicense(license, kept, await openLicenseKey(secrets, license, kept), now);
