import { parseBinding } from '../domains/parse-binding.js';
import { admitDomain, canBindLate, cooldownEndsAt, refusedForCooldown } from './domain-slots.js';
import type { BindDomain, BindFirstDomain, MoveDomain, ReleaseDomain } from './license-command.js';
import { happened, QUIET, refused, type LicenseDecision } from './license-decision.js';
import type { Binding, License } from './license.js';

/** The binding a caller means, however the domain is spelled. */
const findBinding = (license: License, spelled: string): Binding | undefined => {
  const parsed = parseBinding(spelled, true);
  const domain = 'binding' in parsed ? parsed.binding.domain : spelled;
  return license.bindings.find((bound) => bound.domain === domain);
};

const notBound = (): LicenseDecision => refused('license.domain_not_bound', 'The domain is not bound to this license.');

export const bindDomain = (license: License, command: BindDomain): LicenseDecision => {
  const admission = admitDomain(license, command, command.now);
  return 'refusal' in admission ? admission : happened({ type: 'DomainBound', at: command.now, ...admission });
};

/** A development host never becomes the first domain: it would lock the customer's site out. */
export const bindFirstDomain = (license: License, command: BindFirstDomain): LicenseDecision => {
  if (!canBindLate(license, command.now)) return QUIET;
  const admission = admitDomain(license, { domain: command.domain, www: true }, command.now);
  if ('refusal' in admission) return QUIET;
  const { kind, environment } = admission.binding;
  if (kind !== 'exact' || environment !== 'production') return QUIET;
  return happened({ type: 'DomainBound', at: command.now, ...admission });
};

/** Always allowed: taking a domain away helps nobody to share a license. */
export const releaseDomain = (license: License, command: ReleaseDomain): LicenseDecision => {
  const binding = findBinding(license, command.domain);
  return binding === undefined
    ? notBound()
    : happened({ type: 'DomainReleased', at: command.now, domain: binding.domain });
};

/** Release and bind in one, in the slot of the released domain. */
export const moveDomain = (license: License, command: MoveDomain): LicenseDecision => {
  const from = findBinding(license, command.from);
  if (from === undefined) return notBound();
  const others = license.bindings.filter((bound) => bound !== from);
  const admission = admitDomain(
    { domainPolicy: license.domainPolicy, bindings: others, releasedSlots: [], lastMovedAt: null },
    { domain: command.to, www: from.kind === 'exact' ? from.www : true },
    command.now,
  );
  if ('refusal' in admission) return admission;
  const { binding } = admission;
  if (binding.domain === from.domain)
    return refused('license.domain_already_bound', `${from.domain} is bound to this license already.`);
  if (binding.environment !== from.environment)
    return refused(
      'license.domain_kind_not_allowed',
      'A development host and a production domain take different slots; release the one and bind the other.',
    );
  const cooldownEnd = from.environment === 'production' ? cooldownEndsAt(license, command.now) : null;
  if (cooldownEnd !== null) return refusedForCooldown(cooldownEnd);
  return happened({ type: 'DomainMoved', at: command.now, from: from.domain, to: binding });
};
