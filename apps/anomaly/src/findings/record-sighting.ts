import { HOUR_MS } from '@leasehold/licensing';
import { anomalySeverities } from '@leasehold/contracts';
import type { ObservedLicense } from '../observations/observation.js';
import type { Severity, Sighting } from '../rules/sighting.js';
import { gatherEvidence } from './evidence.js';
import type { Finding } from './finding.js';
import { findingId } from './finding-id.js';

/** A finding that goes on without getting worse is told again after so long, by event time. */
export const COOLDOWN_MS = HOUR_MS;

export interface Recorded {
  readonly finding: Finding;
  /** Whether there is something worth telling now. */
  readonly tell: boolean;
}

/**
 * Adds a sighting to the license's present finding of the rule, or opens the next one. Opening is always told; an open
 * finding is told again when it gets worse, and after the cool-down; an acknowledged one only when it gets worse; a
 * muted one never.
 */
export function recordSighting(
  present: Finding | undefined,
  license: ObservedLicense,
  sighting: Sighting,
  cooldownMs: number = COOLDOWN_MS,
): Recorded {
  if (present === undefined || present.status === 'resolved') {
    return { finding: opened(license, sighting, (present?.generation ?? 0) + 1), tell: true };
  }
  const tell = isWorthTelling(present, sighting, cooldownMs);
  const { at } = sighting;
  return {
    tell,
    finding: {
      ...present,
      ...domainsOf(sighting, present),
      severity: isWorse(sighting.severity, present.severity) ? sighting.severity : present.severity,
      count: present.count + 1,
      firstSeenAt: Math.min(present.firstSeenAt, at),
      lastSeenAt: Math.max(present.lastSeenAt, at),
      lastToldAt: tell ? Math.max(present.lastToldAt, at) : present.lastToldAt,
      evidence: gatherEvidence(present.evidence, sighting),
    },
  };
}

function isWorthTelling(present: Finding, { severity, at }: Sighting, cooldownMs: number): boolean {
  switch (present.status) {
    case 'muted':
    case 'resolved':
      return false;
    case 'acknowledged':
      return isWorse(severity, present.severity);
    case 'open':
      return isWorse(severity, present.severity) || at - present.lastToldAt >= cooldownMs;
  }
}

const isWorse = (severity: Severity, than: Severity): boolean =>
  anomalySeverities.indexOf(severity) > anomalySeverities.indexOf(than);

const NO_DOMAINS = { requestedDomain: null, boundDomain: null };

const domainsOf = (
  sighting: Sighting,
  before: Pick<Finding, 'boundDomain'> = NO_DOMAINS,
): Pick<Finding, 'requestedDomain' | 'boundDomain'> =>
  sighting.rule === 'domain_mismatch'
    ? { requestedDomain: sighting.requestedDomain, boundDomain: sighting.boundDomain ?? before.boundDomain }
    : NO_DOMAINS;

function opened(license: ObservedLicense, sighting: Sighting, generation: number): Finding {
  const { rule, severity, at } = sighting;
  return {
    ...license,
    ...domainsOf(sighting),
    id: findingId(rule, license.licenseId, generation),
    rule,
    generation,
    severity,
    status: 'open',
    count: 1,
    firstSeenAt: at,
    lastSeenAt: at,
    lastToldAt: at,
    evidence: gatherEvidence(undefined, sighting),
  };
}
