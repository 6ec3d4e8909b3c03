import type { catalogRoutes, PlanBody, RouteInput } from '@leasehold/contracts';
import { completePlan } from '@leasehold/licensing';
import { newId } from '@leasehold/runtime';
import { inserted, timestamp } from '../database/row.js';
import type { Cause } from '../store/commit.js';
import { type KeepAnswer, rowsOf } from '../store/keep-answer.js';
import type { WritePath } from '../store/write-path.js';
import { showPlan } from './show-plan.js';

export interface CreatePlan extends Cause {
  readonly tenantId: string;
  readonly draft: RouteInput<typeof catalogRoutes.createPlan>['body'];
}

/** The product must be the tenant's: the caller has looked. */
export async function createPlan(
  { commit, clock, random }: WritePath,
  command: CreatePlan,
  keep: KeepAnswer<PlanBody>,
): Promise<PlanBody> {
  const { tenantId, draft, now } = command;
  const { domains, ...rest } = draft;
  const plan = completePlan({ ...rest, id: newId('plan', clock, random), domainPolicy: domains });
  const body = showPlan(plan, now);
  const row = inserted('plan', {
    id: plan.id,
    tenant_id: tenantId,
    product_id: plan.productId,
    state: plan,
    created_at: timestamp(now),
  });
  const { id: planId, ...change } = plan;
  await commit(command, [
    {
      streamId: `plan-${planId}`,
      expectedVersion: 0,
      tenantId,
      events: [{ type: 'PlanCreated', data: { change, state: { ...plan, tenantId, createdAt: now } } }],
      rows: rowsOf([row, await keep(body)]),
    },
  ]);
  return body;
}
