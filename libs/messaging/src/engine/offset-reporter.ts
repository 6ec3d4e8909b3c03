import { type LogStore, partitionKey, type ReachedOffset } from './log-store.js';

export interface OffsetReporter {
  note(group: string, reached: ReachedOffset): void;
  /** Writes what has been noted, now; what cannot be written is noted again. */
  flush(): Promise<void>;
  /** Flushes a last time and writes nothing later. */
  close(): Promise<void>;
}

/**
 * Tells the log how far groups have come, a few times a second at most: it is a hint for lag and operators, the
 * consumer's own offset is the truth.
 */
export const createOffsetReporter = (
  store: Pick<LogStore, 'reached'>,
  everyMs: number,
  onError: (error: unknown) => void,
): OffsetReporter => {
  const newest = new Map<string, ReachedOffset>();
  let unwritten = new Map<string, Map<string, ReachedOffset>>();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const keep = (group: string, reached: ReachedOffset): void => {
    const offsets = unwritten.get(group) ?? new Map<string, ReachedOffset>();
    unwritten.set(group, offsets.set(partitionKey(reached), reached));
    if (!closed) timer ??= setTimeout(() => void flush(), everyMs).unref();
  };

  const write = async (group: string, offsets: readonly ReachedOffset[]): Promise<void> => {
    try {
      await store.reached(group, offsets);
    } catch (error) {
      onError(error);
      for (const reached of offsets)
        if (newest.get(`${group} ${partitionKey(reached)}`) === reached) keep(group, reached);
    }
  };

  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const groups = unwritten;
    unwritten = new Map();
    for (const [group, offsets] of groups) await write(group, [...offsets.values()]);
  };

  return {
    note: (group, reached) => {
      const key = `${group} ${partitionKey(reached)}`;
      const before = newest.get(key);
      if (before?.nextOffset === reached.nextOffset && before.fence === reached.fence) return;
      newest.set(key, reached);
      keep(group, reached);
    },
    flush,
    close: async () => {
      closed = true;
      await flush();
    },
  };
};
