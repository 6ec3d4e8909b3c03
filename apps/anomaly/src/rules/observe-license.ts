import type { Observation } from '../observations/observation.js';
import { type BurstState, observeBurst } from './burst-requests.js';
import { type MismatchState, observeMismatch } from './domain-mismatch.js';
import type { Sighting } from './sighting.js';

/** What the rules remember of one license. JSON; bounded, as each rule says. */
export interface LicenseState {
  readonly mismatch?: MismatchState;
  readonly burst?: BurstState;
}

/** Shows all rules what happened to a license, in order. Where the observations are cut into batches makes no difference. */
export function observeLicense(
  before: LicenseState,
  observations: readonly Observation[],
): { readonly state: LicenseState; readonly sightings: readonly Sighting[] } {
  let state = before;
  const sightings: Sighting[] = [];
  for (const observation of observations) {
    const mismatch = observeMismatch(state.mismatch, observation);
    const burst = observeBurst(state.burst, observation);
    state = { ...(mismatch.state === undefined ? {} : { mismatch: mismatch.state }), burst: burst.state };
    sightings.push(...mismatch.findings, ...burst.findings);
  }
  return { state, sightings };
}
