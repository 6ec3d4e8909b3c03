import { type Answering, changeLicense, type ChangeLicense, type Outcome } from './change-license.js';
import type { LicenseContext } from './license-context.js';

/** Applies a plan of the same product and tenant. */
export async function changeLicensePlan<Body>(
  context: LicenseContext,
  change: Omit<ChangeLicense, 'commands' | 'keeping'>,
  planId: string,
  answering: Answering<Body>,
): Promise<Outcome<Body>> {
  const plan = await context.findPlan(change.tenantId, planId);
  if (plan === undefined) return { refusal: { code: 'plan.not_found' } };
  const { now, actor } = change;
  return changeLicense(context, { ...change, commands: () => [{ type: 'ChangePlan', plan, now, actor }] }, answering);
}
