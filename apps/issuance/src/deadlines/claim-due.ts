import type { Instant } from '@leasehold/licensing';
import type { Pool } from 'pg';

export interface DueLicense {
  readonly licenseId: string;
  readonly tenantId: string;
}

/** Whoever has not looked by then has been killed, and another looks. */
const CLAIM_MS = 30_000;

/** Takes up to `limit` licenses whose time has come and that nobody else is looking at. */
export async function claimDue(pool: Pick<Pool, 'query'>, now: Instant, limit: number): Promise<readonly DueLicense[]> {
  const { rows } = await pool.query<{ license_id: string; tenant_id: string }>({
    name: 'claim_due',
    text: `
      with due as (
        select license_id from deadline
        where due_at <= $1 and (claimed_until is null or claimed_until <= $1)
        order by due_at limit $3 for update skip locked
      ), claimed as (
        update deadline d set claimed_until = $2 from due where d.license_id = due.license_id returning d.license_id
      )
      select l.id as license_id, l.tenant_id from claimed join license l on l.id = claimed.license_id`,
    values: [new Date(now), new Date(now + CLAIM_MS), limit],
  });
  return rows.map((row) => ({ licenseId: row.license_id, tenantId: row.tenant_id }));
}
