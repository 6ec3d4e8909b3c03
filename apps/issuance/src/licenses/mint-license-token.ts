import { MAX_TOKEN_LENGTH, measureLicenseToken, signLicenseToken } from '@leasehold/tokens';
import type { Refusal } from './change-license.js';
import type { LicenseContext } from './license-context.js';
import { tokenClaims } from './token-claims.js';

const REVOKED: Refusal = {
  code: 'license.transition_refused',
  detail: 'The license is revoked: it gets no new token.',
};

/**
 * The signed token of a license, made when it is asked for. Suspension and cancellation can be taken back and are decided
 * upon online; a revocation is for ever, so that nothing new that works offline comes after it.
 */
export async function mintLicenseToken(
  { loadLicense, signingKeys, publicUrl }: Pick<LicenseContext, 'loadLicense' | 'signingKeys' | 'publicUrl'>,
  tenantId: string,
  licenseId: string,
): Promise<{ readonly token: string } | { readonly refusal: Refusal }> {
  const [{ state }, key] = await Promise.all([loadLicense(tenantId, licenseId), signingKeys(tenantId)]);
  if (state.status === 'none') return { refusal: { code: 'license.not_found' } };
  if (state.license.revokedAt !== null) return { refusal: REVOKED };
  const claims = tokenClaims(state.license, publicUrl);
  // commands keep a license within the limit; a longer public URL can put it beyond afterwards
  if (measureLicenseToken(claims) > MAX_TOKEN_LENGTH) return { refusal: { code: 'license.too_large' } };
  return { token: signLicenseToken(claims, key) };
}
