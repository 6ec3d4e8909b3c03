import { parseBinding } from '../domains/parse-binding.js';
import { HOUR_MS, type Instant } from '../instant.js';
import type { DomainRequest } from './license-command.js';
import type { LicenseRefusal } from './license-refusal.js';
import type { Binding, License, ReleasedSlot } from './license.js';
import { refused } from './license-decision.js';

/** The part of a license that says which domains it has and may have. */
export type DomainSlots = Pick<License, 'domainPolicy' | 'bindings' | 'releasedSlots' | 'lastMovedAt'>;

export interface Admission {
  readonly binding: Binding;
  readonly inPlaceOf: string | null;
}

const cooldownMs = (slots: DomainSlots): number => slots.domainPolicy.moveCooldownHours * HOUR_MS;

export const countProduction = (bindings: readonly Binding[]): number => {
  let count = 0;
  for (const binding of bindings) if (binding.environment === 'production') count++;
  return count;
};

/** Released slots that still count: after the cool-down a slot is as free as one that was never taken. */
export const coolingSlots = (slots: DomainSlots, now: Instant): readonly ReleasedSlot[] =>
  slots.releasedSlots.filter((slot) => slot.at + cooldownMs(slots) > now);

/** End of the time in which the license's domain may not move again; `null` when it may. */
export const cooldownEndsAt = (slots: DomainSlots, now: Instant): Instant | null => {
  if (slots.lastMovedAt === null) return null;
  const end = slots.lastMovedAt + cooldownMs(slots);
  return now < end ? end : null;
};

export const refusedForCooldown = (endsAt: Instant): { readonly refusal: LicenseRefusal } =>
  refused(
    'license.domain_move_cooldown',
    `The license's domain was moved recently; it can be moved again from ${new Date(endsAt).toISOString()} on.`,
  );

/**
 * Whether a domain may be bound, and which released slot it fills. Filling the slot of another domain is a move by two
 * steps and obeys the same cool-down; taking a released domain back is not.
 */
export const admitDomain = (
  slots: DomainSlots,
  request: DomainRequest,
  now: Instant,
): Admission | { readonly refusal: LicenseRefusal } => {
  const parsed = parseBinding(request.domain, request.www);
  if ('refusal' in parsed) return parsed;
  const { domain, kind, www, environment } = parsed.binding;
  const { domainPolicy } = slots;
  if (slots.bindings.some((bound) => bound.domain === domain))
    return refused('license.domain_already_bound', `${domain} is bound to this license already.`);
  if (!domainPolicy.kinds.includes(kind))
    return refused('license.domain_kind_not_allowed', `The plan does not allow ${kind} bindings.`);
  const binding: Binding = { domain, kind, www, assurance: 'declared', environment, boundAt: now };
  if (environment === 'development')
    return domainPolicy.development
      ? { binding, inPlaceOf: null }
      : refused('license.domain_kind_not_allowed', 'The plan does not allow development hosts.');

  const taken = countProduction(slots.bindings);
  if (taken >= domainPolicy.max)
    return refused('license.domain_limit', `The plan allows ${String(domainPolicy.max)} domains; release or move one.`);
  const cooling = coolingSlots(slots, now);
  if (cooling.some((slot) => slot.domain === domain)) return { binding, inPlaceOf: domain };
  const [oldest] = cooling;
  if (oldest === undefined || taken + cooling.length < domainPolicy.max) return { binding, inPlaceOf: null };
  const cooldownEnd = cooldownEndsAt(slots, now);
  return cooldownEnd === null ? { binding, inPlaceOf: oldest.domain } : refusedForCooldown(cooldownEnd);
};

/** Whether the first validation may still bind a domain: the plan says so, nothing is bound, and no cool-down runs. */
export const canBindLate = (license: License, now: Instant): boolean => {
  const { domainPolicy } = license;
  if (!domainPolicy.lateBinding || domainPolicy.max < 1 || license.revokedAt !== null) return false;
  if (!domainPolicy.kinds.includes('exact') || countProduction(license.bindings) > 0) return false;
  return coolingSlots(license, now).length < domainPolicy.max || cooldownEndsAt(license, now) === null;
};
