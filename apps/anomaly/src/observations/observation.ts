import type { ValidationItem } from '@leasehold/contracts';
import type { Instant } from '@leasehold/licensing';

/** Whose the license is that was asked for. */
export interface ObservedLicense {
  readonly licenseId: string;
  readonly tenantId: string;
  readonly productId: string;
}

/** One validation, as far as the rules look at it. */
export interface Observation {
  /** The verdict. */
  readonly code: string;
  readonly domain: string | undefined;
  /** The license's primary binding, where the domain did not match. */
  readonly boundDomain: string | undefined;
  /** When the validator answered: event time, which need not be in order. */
  readonly at: Instant;
}

/** What a batch says about one license, in the order of the log. */
export interface LicenseObservations {
  readonly license: ObservedLicense;
  readonly observations: readonly Observation[];
}

/** Groups validations by license, ordered by license id; those that found no license are nobody's. */
export function byLicense(items: readonly ValidationItem[]): readonly LicenseObservations[] {
  const groups = new Map<string, { readonly license: ObservedLicense; readonly observations: Observation[] }>();
  for (const { license: licenseId, tenant: tenantId, product: productId, code, domain, boundDomain, at } of items) {
    if (licenseId === undefined || tenantId === undefined || productId === undefined) continue;
    const group = groups.get(licenseId) ?? { license: { licenseId, tenantId, productId }, observations: [] };
    groups.set(licenseId, group);
    group.observations.push({ code, domain, boundDomain, at });
  }
  // one order for everybody who locks rows of several licenses
  return [...groups.values()].sort((a, b) => (a.license.licenseId < b.license.licenseId ? -1 : 1));
}
