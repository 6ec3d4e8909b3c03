import { daysAfter, type Instant } from '../instant.js';
import type { Plan } from '../plans/plan.js';
import { admitDomain, type DomainSlots } from './domain-slots.js';
import type { IssueLicense } from './license-command.js';
import { happened, refused, type LicenseDecision } from './license-decision.js';
import { termsOf } from './license-terms.js';

const endOf = (plan: Plan, startsAt: Instant): Instant | null => {
  const days = plan.trialDays ?? plan.durationDays;
  return days === null ? null : daysAfter(startsAt, days);
};

/** Times in the past are fine (imports); a plan with `trialDays` makes a trial, whose end may be given. */
export const issueLicense = (command: IssueLicense): LicenseDecision => {
  const { plan, now } = command;
  const startsAt = command.startsAt ?? now;
  const expiresAt = command.expiresAt ?? endOf(plan, startsAt);
  if (expiresAt !== null && expiresAt <= startsAt)
    return refused('license.time_range_invalid', 'A license must end after it starts.');

  let slots: DomainSlots = { domainPolicy: plan.domainPolicy, bindings: [], releasedSlots: [], lastMovedAt: null };
  for (const request of command.domains) {
    const admission = admitDomain(slots, request, now);
    if ('refusal' in admission) return admission;
    slots = { ...slots, bindings: [...slots.bindings, admission.binding] };
  }

  const trial = plan.trialDays !== null;
  return happened({
    type: 'LicenseIssued',
    at: now,
    licenseId: command.licenseId,
    tenantId: command.tenantId,
    productId: plan.productId,
    ...termsOf(plan, trial, command.features, command.limits),
    customerReference: command.customerReference,
    trial,
    bindings: slots.bindings,
    startsAt,
    expiresAt,
    keyHash: command.keyHash,
  });
};
