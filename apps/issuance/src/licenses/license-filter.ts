import type { licenseRoutes, RouteInput } from '@leasehold/contracts';
import { type Instant, parseBinding, type ShownStatus } from '@leasehold/licensing';
import { type FindOptionsWhere, LessThanOrEqual, Raw } from 'typeorm';
import type { LicenseEntity } from '../database/entities.js';

export type LicenseQuery = RouteInput<typeof licenseRoutes.listLicenses>['query'];
type Where = FindOptionsWhere<LicenseEntity>;

/** The binding a filter names, however it is spelled; `undefined` when there can be none, such as of a public suffix. */
export function bindingNamed(
  domain: string,
): { readonly binding: string | undefined } | { readonly unreadable: 'domain' } {
  const parsed = parseBinding(domain, true);
  if ('binding' in parsed) return { binding: parsed.binding.domain };
  return parsed.refusal.code === 'license.domain_invalid' ? { unreadable: 'domain' } : { binding: undefined };
}

/** Which licenses of a tenant a query means; `binding` is the canonical form of its domain. */
export const licenseFilter = (
  tenantId: string,
  { status, productId, planId, customer }: Omit<LicenseQuery, 'limit' | 'cursor' | 'domain'>,
  binding: string | undefined,
  now: Instant,
): Where => ({
  tenantId,
  ...(productId === undefined ? {} : { productId }),
  ...(planId === undefined ? {} : { planId }),
  ...(customer === undefined ? {} : { customerReference: customer }),
  ...(status === undefined ? {} : withStatus(status, now)),
  ...(binding === undefined ? {} : { id: boundTo(tenantId, binding) }),
});

/** The statuses as `shownStatus` of the domain has them, the first that fits. */
function withStatus(status: ShownStatus, now: Instant): Where {
  const notRevoked = { revoked: false };
  const notSuspended = { ...notRevoked, suspended: false };
  const standing = { ...notSuspended, cancelled: false };
  const at = new Date(now);
  const running = { ...standing, graceEndsAt: Raw((end) => `(${end} is null or ${end} > :at)`, { at }) };
  switch (status) {
    case 'revoked':
      return { revoked: true };
    case 'suspended':
      return { ...notRevoked, suspended: true };
    case 'cancelled':
      return { ...notSuspended, cancelled: true };
    case 'expired':
      return { ...standing, graceEndsAt: LessThanOrEqual(at) };
    case 'trial':
      return { ...running, trial: true };
    case 'active':
      return { ...running, trial: false };
  }
}

const boundTo = (tenantId: string, domain: string) =>
  Raw(
    (id) =>
      `exists (select from license_domain d where d.license_id = ${id} and d.tenant_id = :owner and d.domain = :domain)`,
    { owner: tenantId, domain },
  );
