import type { Follower } from '@leasehold/messaging';

/** What is plausible and unknown is given this long to arrive. */
const LONGEST_WAIT_MS = 250;
/**
 * When the end of the log is looked at, after the question came: soon, for what is in the log already; and again, for what
 * issuance has acknowledged and is still bringing there. Questions that wait for the same look share it: probing costs the
 * log few questions.
 */
const LOOKS_AFTER_MS = [5, 50, 200] as const;

/**
 * Resolves when what is asked for is there, when everything that was in the log at the last look has been taken in without
 * it, or after a quarter of a second.
 */
export type WaitForEnd = (isThere: () => boolean) => Promise<void>;

export function createWaitForEnd(follower: () => Pick<Follower, 'passedPresentEnd'> | undefined): WaitForEnd {
  const looks = LOOKS_AFTER_MS.map((afterMs, at) => {
    let gathering: Promise<void> | undefined;
    const look = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, afterMs - (LOOKS_AFTER_MS[at - 1] ?? 0)));
      gathering = undefined;
      await follower()?.passedPresentEnd(LONGEST_WAIT_MS - afterMs);
    };
    return { next: () => (gathering ??= look()) };
  });
  return async (isThere) => {
    for (const look of looks) {
      await look.next();
      if (isThere() || follower() === undefined) return;
    }
  };
}
