import { setTimeout as pause } from 'node:timers/promises';

const PAUSES_MS = [50, 500, 2_000];

/**
 * Tries a write again when the database failed it: a webhook that has been sent should not be sent again because of us.
 * @throws the last failure
 */
export async function persist<T>(write: () => Promise<T>, pausesMs: readonly number[] = PAUSES_MS): Promise<T> {
  for (const pauseMs of pausesMs) {
    try {
      return await write();
    } catch {
      await pause(pauseMs);
    }
  }
  return write();
}
