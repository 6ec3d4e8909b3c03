import type { BoundDomainBody, LicenseBody } from '@leasehold/contracts';
import { type Binding, graceOf, type Instant, type License, shownStatus } from '@leasehold/licensing';
import { timestamp, timestampOrNull } from '../database/row.js';
import type { PrivatePart } from './load-license.js';

/** A license as the API shows it at a time; `key` is its newest one. */
export function showLicense(
  license: License,
  { email, metadata }: Pick<PrivatePart, 'email' | 'metadata'>,
  key: string,
  now: Instant,
): LicenseBody {
  const { grace, graceEndsAt } = graceOf(license, now);
  const { customerReference: reference } = license;
  return {
    id: license.id,
    key,
    status: shownStatus(license, now),
    suspendedReasons: [...license.suspensions],
    productId: license.productId,
    planId: license.planId,
    plan: license.plan,
    customer: reference === null ? null : { reference, email },
    domains: license.bindings.map(showBinding),
    features: [...license.features],
    limits: { ...license.limits },
    startsAt: timestamp(license.startsAt),
    expiresAt: timestampOrNull(license.expiresAt),
    grace,
    graceEndsAt: timestampOrNull(graceEndsAt),
    metadata,
    version: license.version,
    createdAt: timestamp(license.createdAt),
    updatedAt: timestamp(license.updatedAt),
  };
}

export const showBinding = (binding: Binding): BoundDomainBody => ({ ...binding, boundAt: timestamp(binding.boundAt) });
