import type { Plan } from '@leasehold/licensing';
import type { Pool } from 'pg';

/** Finds a plan of a tenant; `undefined` for another tenant's too. */
export type PlanLookup = (tenantId: string, planId: string) => Promise<Plan | undefined>;

/** The provider of the service's {@link PlanLookup}. */
export const PLAN_LOOKUP = Symbol('PLAN_LOOKUP');

/** A plan never changes once it is there, so that what was found stays right. */
const MOST_REMEMBERED = 10_000;

export function createPlanLookup(pool: Pool): PlanLookup {
  const known = new Map<string, Plan>();
  return async (tenantId, planId) => {
    const key = `${tenantId}/${planId}`;
    const remembered = known.get(key);
    if (remembered !== undefined) return remembered;
    const { rows } = await pool.query<{ state: Plan }>('select state from plan where id = $1 and tenant_id = $2', [
      planId,
      tenantId,
    ]);
    const plan = rows[0]?.state;
    if (plan === undefined) return undefined;
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(key, plan);
    return plan;
  };
}
