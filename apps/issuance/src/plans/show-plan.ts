import type { PlanBody } from '@leasehold/contracts';
import type { Instant, Plan } from '@leasehold/licensing';
import { timestamp } from '../database/row.js';

/** A plan as the API shows it. */
export const showPlan = ({ domainPolicy, ...plan }: Plan, createdAt: Instant): PlanBody => ({
  ...plan,
  features: [...plan.features],
  domains: { ...domainPolicy, kinds: [...domainPolicy.kinds] },
  createdAt: timestamp(createdAt),
});
