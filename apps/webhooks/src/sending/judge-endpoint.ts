const HOUR = 3_600_000;
const PATIENCE_MS = 5 * 24 * HOUR;
/** Longer than the longest pause of a schedule: failures further apart say nothing about the time between. */
const UNBROKEN_MS = 36 * HOUR;

/** What is known of an endpoint's failures since its last success; epoch milliseconds. */
export interface FailureRecord {
  readonly failingSince: number | null;
  readonly lastFailureAt: number | null;
}

export interface Judgment {
  readonly failingSince: number;
  /** It has failed for five days without a success. */
  readonly isLost: boolean;
}

/** Weighs a further failure. One bad night disables nothing, nor does one failure long after another. */
export function judgeEndpoint({ failingSince, lastFailureAt }: FailureRecord, now: number): Judgment {
  const goesOn = failingSince !== null && lastFailureAt !== null && now - lastFailureAt <= UNBROKEN_MS;
  const since = goesOn ? failingSince : now;
  return { failingSince: since, isLost: now - since >= PATIENCE_MS };
}
