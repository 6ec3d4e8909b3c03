import type { Plan } from '../plans/plan.js';
import type { LicenseTerms } from './license-event.js';

/** What a license takes over from a plan. */
export const termsOf = (
  plan: Plan,
  trial: boolean,
  features: readonly string[] | null,
  limits: Readonly<Record<string, number>> | null,
): LicenseTerms => ({
  planId: plan.id,
  plan: plan.name,
  features: [...new Set(features ?? plan.features)],
  limits: { ...plan.limits, ...limits },
  enforcement: plan.enforcement,
  period: plan.period,
  domainPolicy: plan.domainPolicy,
  graceDays: trial ? plan.trialGraceDays : plan.graceDays,
  planDurationDays: plan.durationDays,
  planGraceDays: plan.graceDays,
});

/** The terms an event carries, without what else it says. */
export const termsIn = (event: LicenseTerms): LicenseTerms => ({
  planId: event.planId,
  plan: event.plan,
  features: event.features,
  limits: event.limits,
  enforcement: event.enforcement,
  period: event.period,
  domainPolicy: event.domainPolicy,
  graceDays: event.graceDays,
  planDurationDays: event.planDurationDays,
  planGraceDays: event.planGraceDays,
});
