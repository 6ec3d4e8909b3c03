import type { RowWrite } from '@leasehold/event-store';
import { type Instant, type License, type LicenseState, validUntil } from '@leasehold/licensing';
import { deleted, inserted, timestamp, timestampOrNull, updated, upserted } from '../database/row.js';
import { deadlineRow } from '../deadlines/next-look.js';
import { NOTHING_KEPT, type PrivatePart } from './load-license.js';

export interface LicenseMoment {
  readonly state: LicenseState;
  readonly kept: PrivatePart;
}

/** What the management tables have to say after a change of a license that was not there before, or was `before`. */
export function licenseRows(before: LicenseMoment, after: LicenseMoment, now: Instant): readonly RowWrite[] {
  if (after.state.status === 'none') return [];
  const { license } = after.state;
  return [
    licenseRow(before.state, after.state),
    ...domainRows(before.state.status === 'none' ? undefined : before.state.license, license),
    ...privateRows(license.id, before.kept, after.kept),
    ...deadlineRow(license.id, before.state, after.state, now),
  ];
}

function licenseRow(before: LicenseState, state: Extract<LicenseState, { status: 'issued' }>): RowWrite {
  const { license } = state;
  const changing = {
    id: license.id,
    plan_id: license.planId,
    trial: license.trial,
    suspended: license.suspensions.length > 0,
    cancelled: license.cancelledAt !== null,
    revoked: license.revokedAt !== null,
    expires_at: timestampOrNull(license.expiresAt),
    grace_ends_at: timestampOrNull(validUntil(license)),
    version: license.version,
    state,
  };
  if (before.status === 'issued') return updated('license', changing);
  return inserted('license', {
    ...changing,
    tenant_id: license.tenantId,
    product_id: license.productId,
    customer_reference: license.customerReference,
    created_at: timestamp(license.createdAt),
  });
}

function domainRows(before: License | undefined, after: License): readonly RowWrite[] {
  const former = new Set(before?.bindings.map(({ domain }) => domain));
  const present = new Set(after.bindings.map(({ domain }) => domain));
  const { id, tenantId } = after;
  return [
    ...[...former]
      .filter((domain) => !present.has(domain))
      .map((domain) => deleted('licenseDomain', { license_id: id, domain })),
    ...[...present]
      .filter((domain) => !former.has(domain))
      .map((domain) => inserted('licenseDomain', { license_id: id, domain, tenant_id: tenantId })),
  ];
}

function privateRows(licenseId: string, before: PrivatePart, after: PrivatePart): readonly RowWrite[] {
  if (after === before || after === NOTHING_KEPT) return [];
  const { email, metadata, keyCiphertext } = after;
  return [upserted('licensePrivate', { license_id: licenseId, email, metadata, key_ciphertext: keyCiphertext })];
}
