import type { Instant } from '@leasehold/licensing';
import type { BurstSighting, MismatchReach, MismatchSighting, Sighting } from '../rules/sighting.js';

const SAMPLE = 10;

interface SampleDomain {
  readonly domain: string;
  readonly count: number;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
}

/** The domains that were last seen, at most ten; `reached` is the highest threshold that was met. */
export interface MismatchEvidence {
  readonly reached: MismatchReach;
  readonly domains: readonly SampleDomain[];
}

/** The busiest minute so far, and what it is measured by. */
export interface BurstEvidence {
  readonly peakPerMinute: number;
  readonly peakAt: string;
  readonly baselinePerMinute: number;
  readonly limitPerMinute: number;
}

/** Why a finding is one, as the API shows it. Bounded, however long the finding goes on. */
export type Evidence = MismatchEvidence | BurstEvidence;

/** Adds a sighting to what a finding of its rule has gathered so far. */
export function gatherEvidence(before: Evidence | undefined, sighting: Sighting): Evidence {
  switch (sighting.rule) {
    case 'domain_mismatch':
      return gatherDomains(before !== undefined && 'domains' in before ? before : undefined, sighting);
    case 'burst_requests':
      return gatherPeak(before !== undefined && 'peakAt' in before ? before : undefined, sighting);
  }
}

const REACH: readonly MismatchReach[] = ['once', 'from_one_domain', 'different_domains'];

function gatherDomains(before: MismatchEvidence | undefined, sighting: MismatchSighting): MismatchEvidence {
  const { requestedDomain: domain, at } = sighting;
  const time = textOf(at);
  const known = before?.domains.find((sample) => sample.domain === domain);
  const sample: SampleDomain = {
    domain,
    count: (known?.count ?? 0) + 1,
    firstSeenAt: known !== undefined && known.firstSeenAt < time ? known.firstSeenAt : time,
    lastSeenAt: known !== undefined && known.lastSeenAt > time ? known.lastSeenAt : time,
  };
  const others = before?.domains.filter((other) => other.domain !== domain) ?? [];
  return {
    reached: REACH.findLast((reach) => reach === sighting.reached || reach === before?.reached) ?? sighting.reached,
    domains: [...others, sample].sort(lastSeenFirst).slice(0, SAMPLE),
  };
}

function lastSeenFirst(a: SampleDomain, b: SampleDomain): number {
  if (a.lastSeenAt !== b.lastSeenAt) return a.lastSeenAt > b.lastSeenAt ? -1 : 1;
  return a.domain < b.domain ? -1 : 1;
}

function gatherPeak(before: BurstEvidence | undefined, sighting: BurstSighting): BurstEvidence {
  if (before !== undefined && before.peakPerMinute >= sighting.perMinute) return before;
  return {
    peakPerMinute: sighting.perMinute,
    peakAt: textOf(sighting.at),
    baselinePerMinute: Math.round(sighting.baselinePerMinute),
    limitPerMinute: Math.round(sighting.limitPerMinute),
  };
}

const textOf = (at: Instant): string => new Date(at).toISOString();
