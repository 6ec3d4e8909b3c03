import type { Finding } from '../findings/finding.js';
import { recordSighting } from '../findings/record-sighting.js';
import type { ObservedLicense } from '../observations/observation.js';
import type { Sighting } from '../rules/sighting.js';

export interface RecordedSightings {
  /** The findings that are new or have gone on, as they are after the last sighting. */
  readonly changed: readonly Finding[];
  /** Findings as they were when there was something worth telling, in order; one may be there several times. */
  readonly told: readonly Finding[];
}

/** Adds one license's sightings, in order, to its present findings. */
export function recordSightings(
  license: ObservedLicense,
  present: readonly Finding[],
  sightings: readonly Sighting[],
): RecordedSightings {
  const byRule = new Map(present.map((finding) => [finding.rule, finding]));
  const changed = new Map<string, Finding>();
  const told: Finding[] = [];
  for (const sighting of sightings) {
    const { finding, tell } = recordSighting(byRule.get(sighting.rule), license, sighting);
    byRule.set(finding.rule, finding);
    changed.set(finding.id, finding);
    if (tell) told.push(finding);
  }
  return { changed: [...changed.values()], told };
}
