import { setTimeout as pause } from 'node:timers/promises';

export interface WaitOptions {
  /** Default 10,000. */
  readonly timeoutMs?: number;
  /** How long to rest between two looks; default 20. */
  readonly intervalMs?: number;
  /** What is waited for, in the words of the failure: "waited 10000 ms for <describe>". A function may say what was seen. */
  readonly describe?: string | (() => string);
}

type Falsy = false | 0 | '' | null | undefined;

/**
 * Looks until `condition` is truthy and returns what it gave. A condition that throws is not met yet; its last error is the
 * cause of the failure, so `expect` may be used in it.
 *
 * @example const delivery = await waitFor(() => receiver.requests[0], { describe: 'the first delivery' });
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 10_000, intervalMs = 20, describe = 'a condition' }: WaitOptions = {},
): Promise<Exclude<T, Falsy>> {
  const deadline = performance.now() + timeoutMs;
  let cause: unknown;
  do {
    try {
      const seen = await condition();
      if (seen) return seen as Exclude<T, Falsy>;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await pause(intervalMs);
  } while (performance.now() < deadline);
  throw new Error(failure(timeoutMs, describe, cause), { cause });
}

function failure(timeoutMs: number, describe: string | (() => string), cause: unknown): string {
  const what = typeof describe === 'string' ? describe : describe();
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  return `waited ${timeoutMs} ms for ${what}${why}`;
}
