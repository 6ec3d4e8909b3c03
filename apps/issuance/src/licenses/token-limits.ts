import { DAY_MS, type License, type LicenseEvent, type LicenseRefusal } from '@leasehold/licensing';
import { MAX_RECEIPT_PAYLOAD_BYTES, MAX_TOKEN_LENGTH, measureLicenseToken } from '@leasehold/tokens';
import { tokenClaims } from './token-claims.js';

/** Later versions have longer numbers, and no command is refused for those. */
const NUMBERS_GROW_BYTES = 64;
/** What a receipt says beside plan, features and limits: issuer, ids, domain, nonce, times. */
const RECEIPT_FRAME_BYTES = 1_600;
const MOST_DAYS = 36_525;

/** Whether an event can change what the limits are about. Nobody must be kept from revoking for the size of a license. */
export const touchesToken = ({ type }: LicenseEvent): boolean => {
  switch (type) {
    case 'LicenseIssued':
    case 'LicenseRenewed':
    case 'PlanChanged':
    case 'FeaturesChanged':
    case 'LimitsChanged':
    case 'DomainBound':
    case 'DomainMoved':
      return true;
    case 'LicenseSuspended':
    case 'LicenseReinstated':
    case 'LicenseCancelled':
    case 'LicenseRevoked':
    case 'DomainReleased':
    case 'DomainProven':
    case 'DomainProofLost':
    case 'KeyRotated':
    case 'TrialConverted':
    case 'MetadataChanged':
    case 'LicenseExpiring':
    case 'LicenseExpired':
    case 'GraceEnded':
      return false;
  }
};

/** Why no verifier would take the license's token, or no receipt could hold its terms; `undefined`: all fits. */
export function beyondTokens(license: License, publicUrl: string): LicenseRefusal | undefined {
  const { expiresAt, updatedAt, plan, features, limits } = license;
  if (expiresAt !== null && expiresAt - updatedAt > MOST_DAYS * DAY_MS)
    return refusal('license.time_range_invalid', 'A license that ends must end within a hundred years.');
  if (measureLicenseToken(tokenClaims(license, publicUrl)) + NUMBERS_GROW_BYTES > MAX_TOKEN_LENGTH)
    return refusal('license.too_large', `The license's signed token would be longer than ${MAX_TOKEN_LENGTH} bytes.`);
  const terms = Buffer.byteLength(JSON.stringify({ plan, features, limits }));
  if (terms + RECEIPT_FRAME_BYTES > MAX_RECEIPT_PAYLOAD_BYTES)
    return refusal('license.too_large', 'Plan name, features and limits would not fit into a receipt.');
  return undefined;
}

const refusal = (code: LicenseRefusal['code'], detail: string): LicenseRefusal => ({ code, detail });
