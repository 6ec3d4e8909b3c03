import type { LogRecord } from '../event-log.js';
import { FatalConsumerError } from '../fatal-consumer-error.js';
import type { EndWatch } from './end-watch.js';
import { type LogStore, type PartitionId, READ_LIMIT, sizeOf } from './log-store.js';
import { pause } from './pause.js';
import type { Slots } from './slots.js';

export interface PartitionReader {
  /** Stops before the next batch and waits for the one under way. */
  stop(): Promise<void>;
}

export interface ReaderOptions {
  readonly id: PartitionId;
  readonly store: Pick<LogStore, 'read'>;
  readonly watch: EndWatch;
  readonly slots: Slots;
  /** Where to read from at first and after a failure. */
  readonly startOffset: () => Promise<number>;
  readonly handle: (records: readonly LogRecord[]) => Promise<void>;
  /** Everything below `position` has been handled (or was compacted away). */
  readonly onPosition: (position: number) => void;
  readonly onError: (error: unknown) => void;
  readonly onFatal: (error: FatalConsumerError) => void;
}

const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 5_000;

const backoffMs = (failures: number): number => Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** failures);

/** A read that hit no limit has seen everything below `below`, gaps included. */
const positionAfter = (records: readonly LogRecord[], below: number): number => {
  const last = records.at(-1);
  if (last === undefined) return below;
  const bytes = records.reduce((sum, record) => sum + sizeOf(record), 0);
  return records.length < READ_LIMIT.records && bytes < READ_LIMIT.bytes ? below : last.offset + 1;
};

/** Reads one partition in order, batch after batch; sleeps without a timer while there is nothing to read. */
export const startReader = (options: ReaderOptions): PartitionReader => {
  const { id, store, watch, slots, startOffset, handle, onPosition, onError, onFatal } = options;
  const stopping = new AbortController();
  let wake = (): void => undefined;
  const offEnd = watch.onEnd(id, () => wake());
  stopping.signal.addEventListener('abort', () => wake());

  const isStopping = (): boolean => stopping.signal.aborted;

  const next = async (from: number, below: number): Promise<number> => {
    if (isStopping()) return from;
    const records = await store.read(id, from, below);
    if (records.length > 0) await handle(records);
    return positionAfter(records, below);
  };

  const run = async (): Promise<void> => {
    let position: number | undefined;
    let failures = 0;
    while (!isStopping()) {
      try {
        const from: number = position ?? (await startOffset());
        const below = watch.endOf(id);
        position = from < below ? await slots.run(() => next(from, below)) : from;
        failures = 0;
        onPosition(position);
        if (position >= watch.endOf(id) && !isStopping()) {
          await new Promise<void>((resolve) => (wake = resolve));
        }
      } catch (error) {
        if (error instanceof FatalConsumerError) return onFatal(error);
        onError(error);
        position = undefined;
        await pause(backoffMs(failures++), stopping.signal);
      }
    }
  };

  const finished = run().finally(offEnd);
  return {
    stop: async () => {
      stopping.abort();
      await finished;
    },
  };
};
