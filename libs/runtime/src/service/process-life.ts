import type { Logger } from 'pino';
import { StartFailure } from './start-failure.js';

/** The life of this process, as the code that starts it sees it. */
export interface ProcessLife {
  readonly logger: Logger;
  /** Registers what has to be closed at the end; the last opened is closed first. */
  defer(close: () => Promise<void>): void;
  /** Something broke that the process cannot go on without: it closes what it can and ends with 1. */
  readonly fail: (error: Error) => void;
}

/** Within the 15 s that an operator is promised, with room for the exit itself. */
const STOP_LIMIT_MS = 14_000;

/**
 * Runs `start`, then waits for SIGTERM or SIGINT, closes everything in turn and ends the process: with 0 when it was
 * told to stop, with 1 when it could not start or go on. A second signal ends it at once.
 */
export async function liveAsProcess(logger: Logger, start: (life: ProcessLife) => Promise<void>): Promise<void> {
  const closers: (() => Promise<void>)[] = [];
  let stopping: Promise<void> | undefined;
  const stop = (code: number): Promise<void> => {
    stopping ??= (async () => {
      setTimeout(() => {
        logger.fatal('stopping took too long; ended without waiting further');
        process.exit(1);
      }, STOP_LIMIT_MS).unref();
      const clean = await closeInTurn(closers, logger);
      process.exit(clean ? code : 1);
    })();
    return stopping;
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping !== undefined) process.exit(1);
      logger.info({ signal }, 'stopping');
      void stop(0);
    });
  }
  const fail = (error: Error): void => {
    logger.fatal({ err: error }, 'the process cannot go on');
    void stop(1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', (reason) => fail(reason instanceof Error ? reason : new Error(String(reason))));
  try {
    await start({ logger, defer: (close) => closers.push(close), fail });
  } catch (error) {
    if (stopping === undefined) reportStart(error, logger);
    await stop(1);
  }
}

async function closeInTurn(closers: (() => Promise<void>)[], logger: Logger): Promise<boolean> {
  let clean = true;
  for (let close = closers.pop(); close !== undefined; close = closers.pop()) {
    await close().catch((error: unknown) => {
      clean = false;
      logger.error({ err: error }, 'a part did not close');
    });
  }
  return clean;
}

/** A failure that we expect is one sentence for people; anything else is a bug and needs its stack. */
function reportStart(error: unknown, logger: Logger): void {
  const isExpected =
    error instanceof StartFailure || (error instanceof Error && error.name === 'EmbeddedPostgresError');
  if (isExpected) process.stderr.write(`${error.message}\n`);
  else logger.fatal({ err: error }, 'the start failed');
}
