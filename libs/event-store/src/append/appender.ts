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

/**
 * Micro-batching: commands queue while a statement is in flight and then go together, in the order they came. What a busy
 * store gains in commits it does not pay for in latency: an idle one sends at once.
 */
export function createAppender({ send, onCommit, limits = BATCH_LIMITS }: AppenderOptions): Appender {
  let queue: Waiting[] = [];
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    await Promise.resolve(); // commands of the same turn go together
    while (queue.length > 0) {
      const length = batchLength(queue, limits);
      const batch = queue.slice(0, length);
      queue = queue.slice(length);
      await settle(batch);
    }
    running = undefined;
  }

  /** Sends a batch. If its content is refused, sends its halves: the neighbors of a bad command are not harmed. */
  async function settle(batch: readonly Waiting[]): Promise<void> {
    const commands = batch.map(({ command }) => command);
    let results: readonly AppendResult[];
    try {
      results = resultsOf(commands, await send(encodeBatch(commands)));
    } catch (thrown) {
      const failure = appendFailure(thrown);
      if (failure instanceof AppendRejectedError && batch.length > 1) {
        const half = batch.length >> 1;
        await settle(batch.slice(0, half));
        await settle(batch.slice(half));
      } else {
        for (const { reject } of batch) reject(failure);
      }
      return;
    }
    batch.forEach(({ resolve }, number) => {
      const result = results[number];
      if (result !== undefined) resolve(result);
    });
    if (batch.some(({ command }, number) => results[number]?.appended === true && command.eventTails.length > 0)) {
      onCommit();
    }
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
