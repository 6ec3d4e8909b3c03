import { daysAfter } from '../instant.js';
import { acceptsKey, acceptsTokenVersion } from '../license/license-keys.js';
import type { License } from '../license/license.js';
import { domainDenial } from './domain-coverage.js';
import type { Facts } from './facts.js';
import type { Denial, DenialCode } from './verdict.js';

/** One check. Those that need a license are reached only when there is one. */
export type Guard =
  | { readonly check: string; readonly needs: 'reference'; readonly deny: (facts: Facts) => Denial | undefined }
  | {
      readonly check: string;
      readonly needs: 'license';
      readonly deny: (facts: Facts, license: License) => Denial | undefined;
    };

const denial = (code: DenialCode, subject: string | null = null): Denial => ({ valid: false, code, subject });

const MALFORMED = denial('malformed');
const NOT_FOUND = denial('not_found');
const REVOKED = denial('revoked');
const SUSPENDED = denial('suspended');
const CANCELLED = denial('cancelled');
const NOT_YET_VALID = denial('not_yet_valid');
const EXPIRED = denial('expired');
const PRODUCT_MISMATCH = denial('product_mismatch');
const SEATS_EXCEEDED = denial('seats_exceeded');

const readable = ({ reference }: Facts): Denial | undefined =>
  reference.judged === 'malformed' ? MALFORMED : undefined;

const trusted = ({ reference }: Facts): Denial | undefined =>
  reference.judged === 'token_refused' ? denial(reference.code) : undefined;

const known = ({ reference, license, request, now }: Facts): Denial | undefined => {
  if (license === undefined) return NOT_FOUND;
  if (request.tenantId !== undefined && request.tenantId !== license.tenantId) return NOT_FOUND;
  if (reference.judged === 'key') return acceptsKey(license, reference.hash, now) ? undefined : NOT_FOUND;
  if (reference.judged === 'token') return acceptsTokenVersion(license, reference.version, now) ? undefined : NOT_FOUND;
  return undefined;
};

const notRevoked = (_facts: Facts, license: License): Denial | undefined =>
  license.revokedAt === null ? undefined : REVOKED;

const inForce = (_facts: Facts, license: License): Denial | undefined => {
  if (license.suspensions.length > 0) return SUSPENDED;
  return license.cancelledAt === null ? undefined : CANCELLED;
};

const started = ({ now }: Facts, license: License): Denial | undefined =>
  now < license.startsAt ? NOT_YET_VALID : undefined;

const notExpired = ({ now }: Facts, { expiresAt, graceDays }: License): Denial | undefined =>
  expiresAt !== null && now >= daysAfter(expiresAt, graceDays) ? EXPIRED : undefined;

const productExpected = ({ request }: Facts, license: License): Denial | undefined =>
  request.product === undefined || request.product === license.productId ? undefined : PRODUCT_MISMATCH;

const domainCovered = (facts: Facts, license: License): Denial | undefined => {
  const code = domainDenial(facts, license);
  return code === undefined ? undefined : denial(code);
};

const featuresPresent = ({ request }: Facts, license: License): Denial | undefined => {
  if (request.features === undefined) return undefined;
  for (const feature of request.features)
    if (!license.features.includes(feature)) return denial('feature_missing', feature);
  return undefined;
};

const withinUsage = ({ usage }: Facts): Denial | undefined => {
  for (const { meter, used, limit, enforcement } of usage)
    if (enforcement === 'hard' && used > limit) return denial('usage_exceeded', meter);
  return undefined;
};

const seatAvailable = ({ seat }: Facts): Denial | undefined => (seat === 'refused' ? SEATS_EXCEEDED : undefined);

/** Every check, in the order in which the first failure decides. Written here once, and nowhere else. */
export const GUARDS = [
  { check: 'readable', needs: 'reference', deny: readable },
  { check: 'trusted', needs: 'reference', deny: trusted },
  { check: 'known', needs: 'reference', deny: known },
  { check: 'not_revoked', needs: 'license', deny: notRevoked },
  { check: 'in_force', needs: 'license', deny: inForce },
  { check: 'started', needs: 'license', deny: started },
  { check: 'not_expired', needs: 'license', deny: notExpired },
  { check: 'product_expected', needs: 'license', deny: productExpected },
  { check: 'domain_covered', needs: 'license', deny: domainCovered },
  { check: 'features_present', needs: 'license', deny: featuresPresent },
  { check: 'within_usage', needs: 'license', deny: withinUsage },
  { check: 'seat_available', needs: 'license', deny: seatAvailable },
] as const satisfies readonly Guard[];

/** Name of a check. */
export type Check = (typeof GUARDS)[number]['check'];
