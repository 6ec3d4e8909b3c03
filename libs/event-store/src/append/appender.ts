import { AppendRejectedError } from '../errors.js';
import type { AppendResult } from '../types.js';
import { appendFailure } from './append-failure.js';
import {
  BATCH_LIMITS,
  batchLength,
  encodeBatch,
  resultsOf,
  type BatchLimits,
  type BatchOutcome,
  type EncodedBatch,
} from './batch.js';
import type { EncodedCommand } from './encode-command.js';

export interface AppenderOptions {
  /** Sends one batch as one transaction. */
  readonly send: (batch: EncodedBatch) => Promise<BatchOutcome>;
  /** Called after a batch that stored events. */
  readonly onCommit: () => void;
  readonly limits?: BatchLimits;
}

export interface Appender {
  submit(command: EncodedCommand): Promise<AppendResult>;
  drained(): Promise<void>;
}

interface Waiting {
  readonly command: EncodedCommand;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: Error) => void;
}

/** Up to this many waiting commands an idle appender sends at once. */
const WHOLE = 32;

/**
 * Micro-batching: commands queue while a statement is in flight and then go together, in the order they came. What a busy
 * store gains in commits it does not pay for in latency: an idle one sends at once.
 *
 * Two things keep the database and this process busy at the same time: a batch is answered only after the next one is
 * on its way, and a burst that meets an idle appender is split, so that there is a next one.
 */
export function createAppender({ send, onCommit, limits = BATCH_LIMITS }: AppenderOptions): Appender {
  let queue: Waiting[] = [];
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    await Promise.resolve(); // commands of the same turn go together
    let answer: () => void = () => undefined;
    let idle = true;
    while (queue.length > 0) {
      const batch = take(idle && queue.length > WHOLE ? Math.ceil(queue.length / 2) : queue.length);
      const settled = settle(batch);
      answer();
      answer = await settled;
      idle = false;
      if (queue.length === 0) {
        answer();
        answer = () => undefined;
        await Promise.resolve();
        idle = true;
      }
    }
    running = undefined;
  }

  function take(most: number): readonly Waiting[] {
    const length = batchLength(queue, { ...limits, maxCommands: Math.min(most, limits.maxCommands) });
    const batch = queue.slice(0, length);
    queue = queue.slice(length);
    return batch;
  }

  /**
   * Sends a batch and gives back how to answer it. If its content is refused, sends its halves: the neighbors of a bad
   * command are not harmed.
   */
  async function settle(batch: readonly Waiting[]): Promise<() => void> {
    const commands = batch.map(({ command }) => command);
    try {
      const results = resultsOf(commands, await send(encodeBatch(commands)));
      return () => succeed(batch, results);
    } catch (thrown) {
      const failure = appendFailure(thrown);
      if (failure instanceof AppendRejectedError && batch.length > 1) {
        const half = batch.length >> 1;
        const first = await settle(batch.slice(0, half));
        const second = await settle(batch.slice(half));
        return () => {
          first();
          second();
        };
      }
      return () => {
        for (const { reject } of batch) reject(failure);
      };
    }
  }

  function succeed(batch: readonly Waiting[], results: readonly AppendResult[]): void {
    let stored = false;
    batch.forEach(({ command, resolve }, number) => {
      const result = results[number];
      if (result === undefined) return;
      resolve(result);
      stored ||= result.appended && command.events.length > 0;
    });
    if (stored) onCommit();
  }

  return {
    submit: (command) =>
      new Promise((resolve, reject) => {
        queue.push({ command, resolve, reject });
        running ??= run();
      }),
    async drained() {
      while (running !== undefined) await running;
    },
  };
}
