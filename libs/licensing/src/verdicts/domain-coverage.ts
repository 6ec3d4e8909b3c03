import type { CanonicalHost, RefusedHost } from '../domains/canonicalize-host.js';
import { coveringBinding } from '../domains/covering-binding.js';
import { matchDomain } from '../domains/match-domain.js';
import { isPublicSuffix } from '../domains/public-suffix.js';
import { canBindLate } from '../license/domain-slots.js';
import type { Binding, License } from '../license/license.js';
import type { Facts } from './facts.js';
import type { DenialCode } from './verdict.js';

/** Whether a binding to `bound`, as late binding will make it, covers `host`. */
const coversLate = (bound: string, host: string): boolean =>
  host === bound || matchDomain({ domain: bound, kind: 'exact', www: true }, host);

/** A license that waits for its first domain takes any that can be bound, and only one. */
export const isBindingPending = (facts: Facts, license: License, host: CanonicalHost): boolean =>
  host.kind === 'name' &&
  canBindLate(license, facts.now) &&
  coversLate(facts.firstGrantedDomain ?? host.host, host.host) &&
  !isPublicSuffix(host.host);

/** A browser says where it is; software there that claims to be elsewhere is not believed. */
const contradicts = (
  origin: CanonicalHost | RefusedHost,
  host: CanonicalHost,
  binding: Binding | undefined,
): boolean => {
  if (!origin.ok) return true;
  if (origin.host === host.host) return false;
  if (host.kind !== 'name') return origin.kind === 'name';
  return binding === undefined ? !coversLate(host.host, origin.host) : !matchDomain(binding, origin.host);
};

/** Why the license does not hold for the domain that was asked for, if so. Development hosts need no binding. */
export const domainDenial = (facts: Facts, license: License): DenialCode | undefined => {
  const { domain: host, origin } = facts.request;
  if (host === undefined) return 'domain_required';
  if (!host.ok) return 'domain_invalid';
  const binding = coveringBinding(license.bindings, host.host);
  const covered =
    host.kind === 'name'
      ? binding !== undefined || isBindingPending(facts, license, host)
      : license.domainPolicy.development;
  if (!covered) return 'domain_mismatch';
  return origin !== undefined && contradicts(origin, host, binding) ? 'domain_mismatch' : undefined;
};
