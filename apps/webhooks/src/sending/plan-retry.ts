const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const TAIL = [30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];
/** Pauses between attempts: eleven attempts in about 76 hours. */
const USUAL: readonly number[] = [5 * SECOND, 1 * MINUTE, 5 * MINUTE, ...TAIL];
/** What cannot wait is tried more often at first. */
const URGENT: readonly number[] = [1 * SECOND, 5 * SECOND, 15 * SECOND, 1 * MINUTE, 5 * MINUTE, ...TAIL];

const JITTER = 0.1;
const MOST_JITTER_MS = 15 * MINUTE;

/** The pauses of an event type's schedule, in milliseconds. */
export const retrySchedule = (eventType: string): readonly number[] =>
  eventType === 'license.suspicious_activity' ? URGENT : USUAL;

export interface FailedAttempt {
  readonly eventType: string;
  /** Retries that were used up before this attempt. */
  readonly step: number;
  /** When it ended; epoch milliseconds. */
  readonly now: number;
  /** What the receiver asked for; epoch milliseconds. */
  readonly notBefore: number | undefined;
  /** From 0 to 1. */
  readonly chance: number;
}

/**
 * When to try again: as the schedule says and up to a tenth later, so that what failed together does not come back
 * together; never earlier, and not before the receiver wants.
 * @returns `undefined` when the schedule is used up
 */
export function planRetry(attempt: FailedAttempt): { readonly dueAt: number; readonly step: number } | undefined {
  const pause = retrySchedule(attempt.eventType)[attempt.step];
  if (pause === undefined) return undefined;
  const jitter = Math.min(pause * JITTER, MOST_JITTER_MS) * attempt.chance;
  const dueAt = Math.max(attempt.now + pause, attempt.notBefore ?? 0) + Math.floor(jitter);
  return { dueAt, step: attempt.step + 1 };
}
