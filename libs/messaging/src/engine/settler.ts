export interface Settler {
  /** Something has changed: bring things in order, now or after the round under way. */
  settle(): void;
  /** The last round failed; somebody should ask again a little later. */
  hasFailed(): boolean;
  isClosed(): boolean;
  /** Begins no more rounds and waits for the one under way. */
  close(): Promise<void>;
}

/** Runs `round` once for any number of calls that come meanwhile, never two at a time. */
export const createSettler = (onError: (error: unknown) => void, round: () => Promise<void>): Settler => {
  let asked = false;
  let failed = false;
  let closed = false;
  let running: Promise<void> | undefined;

  const run = async (): Promise<void> => {
    while (asked && !closed) {
      asked = false;
      try {
        await round();
        failed = false;
      } catch (error) {
        failed = true;
        onError(error);
      }
    }
    running = undefined;
  };

  return {
    settle: () => {
      asked = true;
      if (!closed) running ??= run();
    },
    hasFailed: () => failed,
    isClosed: () => closed,
    close: async () => {
      closed = true;
      await running;
    },
  };
};
