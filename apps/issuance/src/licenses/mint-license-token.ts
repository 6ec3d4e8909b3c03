import { signLicenseToken } from '@leasehold/tokens';
import type { LicenseContext } from './license-context.js';
import { tokenClaims } from './token-claims.js';

/** The signed token of a license, made when it is asked for; `undefined`: the tenant has no such license. */
export async function mintLicenseToken(
  { loadLicense, signingKeys, publicUrl }: LicenseContext,
  tenantId: string,
  licenseId: string,
): Promise<string | undefined> {
  const [{ state }, key] = await Promise.all([loadLicense(tenantId, licenseId), signingKeys(tenantId)]);
  return state.status === 'none' ? undefined : signLicenseToken(tokenClaims(state.license, publicUrl), key);
}
