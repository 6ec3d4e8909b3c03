import type { CanonicalHost } from '../domains/canonicalize-host.js';
import { coveringBinding } from '../domains/covering-binding.js';
import { daysAfter } from '../instant.js';
import type { License } from '../license/license.js';
import { isBindingPending } from './domain-coverage.js';
import type { Facts } from './facts.js';
import { GUARDS, type Guard } from './guards.js';
import type { Granted, Verdict, Warning } from './verdict.js';

const CHECKS: readonly Guard[] = GUARDS;
const NO_WARNINGS: readonly Warning[] = Object.freeze([]);

const isPastSoftLimit = (facts: Facts): boolean => {
  for (const { used, limit, enforcement } of facts.usage) if (enforcement === 'soft' && used > limit) return true;
  return false;
};

const warningsOf = (facts: Facts, pending: boolean): readonly Warning[] => {
  const soft = isPastSoftLimit(facts);
  if (!pending && !soft && facts.seat !== 'unconfirmed' && facts.stale !== true) return NO_WARNINGS;
  const warnings: Warning[] = [];
  if (pending) warnings.push('binding_pending');
  if (soft) warnings.push('usage_soft_limit');
  if (facts.seat === 'unconfirmed') warnings.push('seat_unconfirmed');
  if (facts.stale === true) warnings.push('stale_state');
  return warnings;
};

const granted = (facts: Facts, license: License, host: CanonicalHost): Granted => {
  const binding = coveringBinding(license.bindings, host.host);
  const pending = binding === undefined && isBindingPending(facts, license, host);
  const { expiresAt } = license;
  const grace = expiresAt !== null && facts.now >= expiresAt;
  return {
    valid: true,
    code: 'valid',
    domain: host.host,
    matchedDomain: binding?.domain ?? host.host,
    assurance: binding?.assurance ?? 'declared',
    environment: host.kind === 'name' ? 'production' : 'development',
    grace,
    graceEndsAt: grace ? daysAfter(expiresAt, license.graceDays) : null,
    warnings: warningsOf(facts, pending),
  };
};

/**
 * The verdict on a request: the first check that fails decides. Pure: what usage, seats and the clock say are facts.
 * A caller that has not taken usage or a seat yet passes `usage: []` and `seat: 'not_asked'`, and asks again with what it
 * got, so that a refusal never costs either.
 */
export const validate = (facts: Facts): Verdict => {
  const { license } = facts;
  for (const guard of CHECKS) {
    if (guard.needs === 'reference') {
      const denial = guard.deny(facts);
      if (denial !== undefined) return denial;
    } else if (license !== undefined) {
      const denial = guard.deny(facts, license);
      if (denial !== undefined) return denial;
    }
  }
  const host = facts.request.domain;
  if (license === undefined || host?.ok !== true)
    throw new Error('the checks let a request pass without a license or a domain');
  return granted(facts, license, host);
};
