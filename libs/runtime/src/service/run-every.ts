import type { Logger } from 'pino';

export interface Loop {
  /** Runs at once, or once more after the run under way. */
  kick(): void;
  /** Starts no further run and waits for the one under way. */
  close(): Promise<void>;
}

export interface LoopOptions {
  /** Pause between the end of a run and the start of the next. */
  readonly intervalMs: number;
  readonly run: () => Promise<void>;
  readonly logger: Logger;
}

/**
 * Runs something again and again, never twice at once. The first run starts at once.
 * @example const loop = runEvery({ intervalMs: 100, run: relay, logger }); afterCommit(loop.kick); await loop.close();
 */
export function runEvery(options: LoopOptions): Loop {
  let closed = false;
  let kicked = false;
  let wake: (() => void) | undefined;
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, options.intervalMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const ended = (async () => {
    while (!closed) {
      kicked = false;
      await runOnce(options);
      if (!closed && !kicked) await pause();
      wake = undefined;
    }
  })();
  return {
    kick: () => {
      kicked = true;
      wake?.();
    },
    close: async () => {
      closed = true;
      wake?.();
      await ended;
    },
  };
}

async function runOnce({ run, logger }: LoopOptions): Promise<void> {
  try {
    await run();
  } catch (error) {
    logger.error({ err: error }, 'a background run failed');
  }
}
