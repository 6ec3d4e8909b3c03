import type { Follower } from '@leasehold/messaging';

/** What is plausible and unknown is given this long to arrive. */
const LONGEST_WAIT_MS = 250;
/** Those that come within this time wait together: probing costs the log few questions. */
const GATHER_MS = 5;

/** Resolves when everything that was in the log at the time of the call has been taken in, or after a quarter of a second. */
export type WaitForEnd = () => Promise<void>;

export function createWaitForEnd(follower: () => Pick<Follower, 'passedPresentEnd'> | undefined): WaitForEnd {
  let gathering: Promise<void> | undefined;

  const waitTogether = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
    gathering = undefined;
    await follower()?.passedPresentEnd(LONGEST_WAIT_MS - GATHER_MS);
  };
  return () => (gathering ??= waitTogether());
}
