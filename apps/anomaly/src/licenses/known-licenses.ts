import type { LicenseState } from '@leasehold/contracts';
import type { ClientBase, Pool } from 'pg';

// a license never changes its tenant, so the first word is the last
const REMEMBER = `
  insert into license (id, tenant_id) select id, tenant_id from unnest($1::text[], $2::text[]) as r (id, tenant_id)
  on conflict (id) do nothing`;
const IS_OWN = 'select from license where id = $1 and tenant_id = $2';

/** Remembers whose licenses these are. */
export async function rememberLicenses(
  transaction: ClientBase,
  licenses: readonly Pick<LicenseState, 'id' | 'tenantId'>[],
): Promise<void> {
  const tenants = new Map(licenses.map(({ id, tenantId }) => [id, tenantId]));
  if (tenants.size === 0) return;
  await transaction.query(REMEMBER, [[...tenants.keys()], [...tenants.values()]]);
}

/** Whether the tenant has this license, as far as the log has told. */
export async function hasLicense(pool: Pool, tenantId: string, licenseId: string): Promise<boolean> {
  const { rowCount } = await pool.query(IS_OWN, [licenseId, tenantId]);
  return rowCount === 1;
}
