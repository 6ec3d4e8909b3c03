import { countProduction } from './domain-slots.js';
import type { ChangeFeatures, ChangeLimits, ChangeMetadata, ChangePlan } from './license-command.js';
import { happened, QUIET, refused, type LicenseDecision } from './license-decision.js';
import type { LicenseRefusal } from './license-refusal.js';
import { termsOf } from './license-terms.js';
import type { License } from './license.js';
import type { DomainPolicy } from '../plans/plan.js';
import { sameData } from './same-data.js';

/** A smaller plan must not cut off a domain in silence: the vendor says first which ones go. */
const misfit = (license: License, policy: DomainPolicy): { readonly refusal: LicenseRefusal } | undefined => {
  const bound = countProduction(license.bindings);
  if (bound > policy.max)
    return refused(
      'license.domain_limit',
      `${String(bound)} domains are bound and the plan allows ${String(policy.max)}.`,
    );
  for (const { domain, kind, environment } of license.bindings) {
    if (!policy.kinds.includes(kind))
      return refused('license.domain_kind_not_allowed', `${domain} is bound and the plan allows no ${kind} bindings.`);
    if (environment === 'development' && !policy.development)
      return refused('license.domain_kind_not_allowed', `${domain} is bound and the plan allows no development hosts.`);
  }
  return undefined;
};

export const changePlan = (license: License, command: ChangePlan): LicenseDecision => {
  const { plan } = command;
  if (plan.productId !== license.productId)
    return refused('license.plan_product_mismatch', 'The plan belongs to another product than the license.');
  const refusal = misfit(license, plan.domainPolicy);
  if (refusal !== undefined) return refusal;
  const terms = termsOf(plan, license.trial, null, null);
  if (sameData({ ...license, ...terms }, license)) return QUIET;
  return happened({ type: 'PlanChanged', at: command.now, ...terms });
};

export const changeFeatures = (license: License, command: ChangeFeatures): LicenseDecision => {
  const features = [...new Set(command.features)];
  return sameData(features, license.features)
    ? QUIET
    : happened({ type: 'FeaturesChanged', at: command.now, features });
};

export const changeLimits = (license: License, command: ChangeLimits): LicenseDecision => {
  const limits: Record<string, number> = {};
  for (const [name, limit] of Object.entries({ ...license.limits, ...command.limits }))
    if (limit !== null) limits[name] = limit;
  return sameData(limits, license.limits) ? QUIET : happened({ type: 'LimitsChanged', at: command.now, limits });
};

export const changeMetadata = (command: ChangeMetadata): LicenseDecision =>
  happened({ type: 'MetadataChanged', at: command.now });
