import type { LicenseState } from '@leasehold/contracts';
import { setTimeout as pause } from 'node:timers/promises';
import type { ClientBase, Pool } from 'pg';

// a license never changes its tenant, so the first word is the last
const REMEMBER = `
  insert into license (id, tenant_id) select id, tenant_id from unnest($1::text[], $2::text[]) as r (id, tenant_id)
  on conflict (id) do nothing`;
const IS_OWN = 'select from license where id = $1 and tenant_id = $2';
const LOOKS = 6;
const PAUSE_MS = 100;

/** Remembers whose licenses these are. */
export async function rememberLicenses(
  transaction: ClientBase,
  licenses: readonly Pick<LicenseState, 'id' | 'tenantId'>[],
): Promise<void> {
  const tenants = new Map(licenses.map(({ id, tenantId }) => [id, tenantId]));
  if (tenants.size === 0) return;
  await transaction.query(REMEMBER, [[...tenants.keys()], [...tenants.values()]]);
}

/**
 * Whether the tenant has this license. One that was issued a moment ago may not have been heard of: looks again for half a
 * second. Another tenant's license is waited for like one that does not exist, so that nobody can tell.
 */
export async function hasLicense(pool: Pick<Pool, 'query'>, tenantId: string, licenseId: string): Promise<boolean> {
  for (let look = 1; ; look++) {
    const { rowCount } = await pool.query(IS_OWN, [licenseId, tenantId]);
    if (rowCount === 1 || look === LOOKS) return rowCount === 1;
    await pause(PAUSE_MS);
  }
}
