import type { Reference } from '@leasehold/licensing';
import { hashLicenseKey, parseLicenseReference } from '@leasehold/tokens';
import type { LicenseEntry } from '../license-table/license-entry.js';
import type { LicenseTable } from '../license-table/license-table.js';
import type { WaitForEnd } from '../license-table/wait-for-end.js';
import type { ReadLicenseToken, TokenReference } from './license-tokens.js';

/** How the `licenseKey` of a request was read, and what it stands for. */
export interface Found {
  readonly reference: Reference;
  readonly entry: LicenseEntry | undefined;
}

/** Answers at once for what is known; what is plausible and unknown is waited for a little. */
export type FindLicense = (licenseKey: string, now: number) => Found | Promise<Found>;

const MALFORMED: Found = { reference: { judged: 'malformed' }, entry: undefined };
const WRONG_TYPE: Found = { reference: { judged: 'token_refused', code: 'wrong_type' }, entry: undefined };
/** `lic_` and `lk_` in front of 28 symbols: no key is longer. */
const LONGEST_KEY = 32;

export function createFindLicense(
  table: LicenseTable,
  readToken: ReadLicenseToken,
  waitForEnd: WaitForEnd,
): FindLicense {
  const byKey = (key: string): Found | Promise<Found> => {
    const hash = hashLicenseKey(key);
    const reference: Reference = { judged: 'key', hash };
    const entry = table.byKeyHash(hash);
    if (entry !== undefined) return { reference, entry };
    // the check symbols are only looked at where they save something: what is in the table has the right ones
    if (parseLicenseReference(key).kind !== 'key') return MALFORMED;
    return waitForEnd(() => table.byKeyHash(hash) !== undefined).then(() => ({
      reference,
      entry: table.byKeyHash(hash),
    }));
  };

  const byToken = (token: string, now: number): Found | Promise<Found> => {
    const read = readToken(token, now);
    if ('refused' in read) {
      const { refused } = read;
      return refused === 'malformed'
        ? MALFORMED
        : { reference: { judged: 'token_refused', code: refused }, entry: undefined };
    }
    const entry = table.byId(read.licenseId);
    if (entry !== undefined) return foundBy(read, entry);
    return waitForEnd(() => table.byId(read.licenseId) !== undefined).then(() =>
      foundBy(read, table.byId(read.licenseId)),
    );
  };

  return (licenseKey, now) => {
    if (licenseKey.length <= LONGEST_KEY) return licenseKey.startsWith('l') ? byKey(licenseKey) : MALFORMED;
    return parseLicenseReference(licenseKey).kind === 'token' ? byToken(licenseKey, now) : MALFORMED;
  };
}

function foundBy({ tenantId, productId, version }: TokenReference, entry: LicenseEntry | undefined): Found {
  const reference: Reference = { judged: 'token', version };
  // signed by one tenant for a license of another: there is no such license of that tenant
  if (entry?.license.tenantId !== tenantId) return { reference, entry: undefined };
  return entry.license.productId === productId ? { reference, entry } : WRONG_TYPE;
}
