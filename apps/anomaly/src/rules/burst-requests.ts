import { HOUR_MS, type Instant } from '@leasehold/licensing';
import type { Observation } from '../observations/observation.js';
import { type Baseline, baselineAt, type BaselineParameters, hourOf, learnHour } from './hourly-baseline.js';
import { busiestMinute, countRequest, type RecentRequests } from './request-rate.js';
import { type BurstSighting, type Observed, TOLERANCE_MS } from './sighting.js';

export interface BurstParameters extends BaselineParameters {
  /** So many times what is usual is a burst. */
  readonly factor: number;
  readonly toleranceMs: number;
}

export const BURST_DEFAULTS: BurstParameters = {
  factor: 10,
  weight: 0.3,
  floorPerMinute: 60,
  toleranceMs: TOLERANCE_MS,
};

/** Requests of an hour that is not over yet. */
interface OpenHour {
  readonly hour: number;
  readonly requests: number;
}

/** At most 19 slices, two hours and 168 baselines. */
export interface BurstState {
  readonly newest: Instant;
  readonly recent: RecentRequests;
  readonly hours: readonly OpenHour[];
  readonly baseline: Baseline;
}

/**
 * A request is a sighting while the minute it is in has more requests than ten times what is usual for the license in
 * this hour of the week. Whatever the verdict: a key under attack is mostly refused. What comes later than the
 * tolerance is not looked at; its minute has been judged and its hour is learned.
 */
export function observeBurst(
  state: BurstState | undefined,
  { at }: Pick<Observation, 'at'>,
  parameters: BurstParameters = BURST_DEFAULTS,
): Observed<BurstState, BurstSighting> {
  if (state !== undefined && at < state.newest - parameters.toleranceMs) return { state, findings: [] };
  const newest = Math.max(state?.newest ?? at, at);
  const recent = countRequest(state?.recent ?? [], at, newest, parameters.toleranceMs);
  const hours = countHour(state?.hours ?? [], hourOf(at));
  const isOver = ({ hour }: OpenHour): boolean => (hour + 1) * HOUR_MS <= newest - parameters.toleranceMs;
  const baseline = hours
    .filter(isOver)
    .reduce(
      (known: Baseline, { hour, requests }) => learnHour(known, hour, requests, parameters),
      state?.baseline ?? [],
    );
  const next: BurstState = { newest, recent, hours: hours.filter((hour) => !isOver(hour)), baseline };

  const perMinute = busiestMinute(recent, at);
  const baselinePerMinute = baselineAt(baseline, hourOf(at), parameters);
  const limitPerMinute = parameters.factor * baselinePerMinute;
  if (perMinute <= limitPerMinute) return { state: next, findings: [] };
  const severity = 'warning';
  return {
    state: next,
    findings: [{ rule: 'burst_requests', severity, at, perMinute, baselinePerMinute, limitPerMinute }],
  };
}

function countHour(hours: readonly OpenHour[], hour: number): readonly OpenHour[] {
  const requests = (hours.find((open) => open.hour === hour)?.requests ?? 0) + 1;
  // oldest first, which is the order in which they are learned
  return [...hours.filter((open) => open.hour !== hour), { hour, requests }].sort((a, b) => a.hour - b.hour);
}
