import type { NewRecord } from '../event-log.js';
import { sizeOf } from './log-store.js';

/** One append takes what has queued up, but no more than this; a single larger publish goes alone. */
const APPEND_LIMIT = { records: 5_000, bytes: 4_194_304 } as const;

export interface Appender {
  publish(records: readonly NewRecord[]): Promise<void>;
  /** Resolves once nothing is queued or under way. */
  drained(): Promise<void>;
}

interface Waiting {
  readonly records: readonly NewRecord[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const takeGroup = (queue: Waiting[]): readonly Waiting[] => {
  let count = 0;
  let bytes = 0;
  let taken = 0;
  for (const waiting of queue) {
    count += waiting.records.length;
    bytes += waiting.bytes;
    if (taken > 0 && (count > APPEND_LIMIT.records || bytes > APPEND_LIMIT.bytes)) break;
    taken += 1;
  }
  return queue.splice(0, taken);
};

/**
 * Publishes in the order of the calls, one append at a time: what is asked for while one is under way goes together
 * as the next. An append that fails fails all calls that were in it.
 */
export const createAppender = (append: (records: readonly NewRecord[]) => Promise<void>): Appender => {
  const queue: Waiting[] = [];
  let working: Promise<void> | undefined;

  const work = async (): Promise<void> => {
    while (queue.length > 0) {
      const group = takeGroup(queue);
      try {
        await append(group.length === 1 && group[0] ? group[0].records : group.flatMap(({ records }) => records));
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    working = undefined;
  };

  return {
    publish: (records) =>
      new Promise((resolve, reject) => {
        queue.push({ records, bytes: records.reduce((sum, record) => sum + sizeOf(record), 0), resolve, reject });
        working ??= work();
      }),
    drained: async () => {
      while (working !== undefined) await working;
    },
  };
};
