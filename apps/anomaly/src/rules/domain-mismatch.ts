import { DAY_MS, HOUR_MS, type Instant } from '@leasehold/licensing';
import type { Observation } from '../observations/observation.js';
import { type MismatchSighting, type Observed, TOLERANCE_MS } from './sighting.js';

export interface MismatchParameters {
  /** So many mismatches from one domain within `fromOneDomainMs` are a warning. */
  readonly fromOneDomain: number;
  readonly fromOneDomainMs: number;
  /** So many different domains within `differentDomainsMs` are critical. */
  readonly differentDomains: number;
  readonly differentDomainsMs: number;
  readonly toleranceMs: number;
  /** Domains that are remembered, at least `differentDomains`; past that the one that was seen longest ago is forgotten. */
  readonly maxDomains: number;
}

export const MISMATCH_DEFAULTS: MismatchParameters = {
  fromOneDomain: 5,
  fromOneDomainMs: HOUR_MS,
  differentDomains: 3,
  differentDomainsMs: DAY_MS,
  toleranceMs: TOLERANCE_MS,
  maxDomains: 20,
};

/** A foreign domain with the times of its newest sightings, oldest first: as many as the warning needs, never more. */
interface SeenDomain {
  readonly domain: string;
  readonly times: readonly Instant[];
}

/** At most `maxDomains` domains of `fromOneDomain` times each: 20 × 5 by default, however often a license is misused. */
export interface MismatchState {
  readonly newest: Instant;
  readonly domains: readonly SeenDomain[];
}

/**
 * A mismatch is an info; it is a warning when it is one of many from its domain, and critical when it is one of several
 * domains. What comes later than the tolerance counts, but takes no part in the windows any more. Within the tolerance
 * no order hides what another order shows: a window reaches from before the observation to the newest one, so at its
 * edge it is longer by up to the tolerance.
 */
export function observeMismatch(
  state: MismatchState | undefined,
  { code, domain, boundDomain, at }: Observation,
  parameters: MismatchParameters = MISMATCH_DEFAULTS,
): Observed<MismatchState | undefined, MismatchSighting> {
  if (code !== 'domain_mismatch' || domain === undefined) return { state, findings: [] };
  const sighting = { rule: 'domain_mismatch', at, requestedDomain: domain, boundDomain: boundDomain ?? null } as const;
  if (state !== undefined && at < state.newest - parameters.toleranceMs) {
    return { state, findings: [{ ...sighting, severity: 'info', reached: 'once' }] };
  }
  const next = remember(state, domain, at, parameters);
  return { state: next, findings: [{ ...sighting, ...judge(next, domain, at, parameters) }] };
}

function judge(
  { domains }: MismatchState,
  domain: string,
  at: Instant,
  parameters: MismatchParameters,
): Pick<MismatchSighting, 'severity' | 'reached'> {
  const different = domains.filter(({ times }) => lastOf(times) > at - parameters.differentDomainsMs).length;
  if (different >= parameters.differentDomains) return { severity: 'critical', reached: 'different_domains' };
  const times = domains.find((seen) => seen.domain === domain)?.times ?? [];
  const fromThis = times.filter((time) => time > at - parameters.fromOneDomainMs).length;
  if (fromThis >= parameters.fromOneDomain) return { severity: 'warning', reached: 'from_one_domain' };
  return { severity: 'info', reached: 'once' };
}

function remember(
  state: MismatchState | undefined,
  domain: string,
  at: Instant,
  { fromOneDomain, differentDomainsMs, toleranceMs, maxDomains }: MismatchParameters,
): MismatchState {
  const newest = Math.max(state?.newest ?? at, at);
  const before = state?.domains ?? [];
  const known = before.find((seen) => seen.domain === domain)?.times ?? [];
  const times = [...known, at].sort((a, b) => a - b).slice(-fromOneDomain);
  const others = before.filter(
    (seen) => seen.domain !== domain && lastOf(seen.times) > newest - differentDomainsMs - toleranceMs,
  );
  const domains = [...others, { domain, times }].sort(lastSeenFirst).slice(0, maxDomains);
  return { newest, domains };
}

const lastOf = (times: readonly Instant[]): Instant => times.at(-1) ?? -Infinity;

const lastSeenFirst = (a: SeenDomain, b: SeenDomain): number =>
  lastOf(b.times) - lastOf(a.times) || (a.domain < b.domain ? -1 : 1);
