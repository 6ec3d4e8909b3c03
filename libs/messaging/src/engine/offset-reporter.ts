import { type LogStore, partitionKey, type ReachedOffset } from './log-store.js';

export interface OffsetReporter {
  note(group: string, reached: ReachedOffset): void;
  /** Writes what has been noted, now. */
  flush(): Promise<void>;
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
  const last = new Map<string, ReachedOffset>();
  let noted = new Map<string, Map<string, ReachedOffset>>();
  let timer: NodeJS.Timeout | undefined;

  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const groups = noted;
    noted = new Map();
    for (const [group, offsets] of groups) await store.reached(group, [...offsets.values()]).catch(onError);
  };

  return {
    note: (group, reached) => {
      const key = partitionKey(reached);
      const before = last.get(`${group} ${key}`);
      if (before?.nextOffset === reached.nextOffset && before.fence === reached.fence) return;
      last.set(`${group} ${key}`, reached);
      const offsets = noted.get(group) ?? new Map<string, ReachedOffset>();
      noted.set(group, offsets.set(key, reached));
      timer ??= setTimeout(() => void flush(), everyMs).unref();
    },
    flush,
  };
};
