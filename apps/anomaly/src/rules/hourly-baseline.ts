import { HOUR_MS, type Instant } from '@leasehold/licensing';

const HOURS_OF_WEEK = 168;

/** What was usual in one hour of the week, as of the week in which it was last worked out. */
interface HourOfWeek {
  readonly hour: number;
  readonly week: number;
  readonly perMinute: number;
}

/** At most one entry for each of the 168 hours of a week (UTC); an hour that is not above the floor has none. */
export type Baseline = readonly HourOfWeek[];

export interface BaselineParameters {
  /** Weight of the newest week, between 0 and 1. */
  readonly weight: number;
  /** No license is held to less than this. */
  readonly floorPerMinute: number;
}

/** The number of an hour since 1970. */
export const hourOf = (at: Instant): number => Math.floor(at / HOUR_MS);

/** What is usual in an hour: the exponentially weighted mean of the same hour in former weeks, silent weeks included. */
export function baselineAt(baseline: Baseline, hourNumber: number, parameters: BaselineParameters): number {
  const { hour, week } = placeOf(hourNumber);
  const known = baseline.find((entry) => entry.hour === hour);
  return known === undefined ? parameters.floorPerMinute : faded(known, week, parameters);
}

/** Takes in an hour that is over. */
export function learnHour(
  baseline: Baseline,
  hourNumber: number,
  requests: number,
  parameters: BaselineParameters,
): Baseline {
  const { hour, week } = placeOf(hourNumber);
  const { weight, floorPerMinute } = parameters;
  const perMinute = weight * (requests / 60) + (1 - weight) * baselineAt(baseline, hourNumber, parameters);
  const others = baseline.filter((entry) => entry.hour !== hour);
  return perMinute > floorPerMinute ? [...others, { hour, week, perMinute }] : others;
}

const placeOf = (hourNumber: number): { readonly hour: number; readonly week: number } => ({
  hour: hourNumber % HOURS_OF_WEEK,
  week: Math.floor(hourNumber / HOURS_OF_WEEK),
});

function faded(known: HourOfWeek, week: number, { weight, floorPerMinute }: BaselineParameters): number {
  const silentWeeks = Math.max(0, week - known.week - 1);
  return Math.max(floorPerMinute, known.perMinute * (1 - weight) ** silentWeeks);
}
