import { afterEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '@leasehold/testing';
import type { LogRecord } from '../event-log.js';
import { FatalConsumerError } from '../fatal-consumer-error.js';
import { createEndWatch } from './end-watch.js';
import { type PartitionReader, type ReaderOptions, startReader } from './partition-reader.js';
import { createSlots } from './slots.js';

const ID = { topic: 't', partition: 0 };
const recordAt = (offset: number, bytes = 1): LogRecord => ({
  ...ID,
  offset,
  key: 'k',
  headers: {},
  value: new Uint8Array(bytes),
  timestamp: 0,
});

describe('the reader of a partition', () => {
  let cleanUp: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of cleanUp) await close();
    cleanUp = [];
  });

  /** A reader over a partition that ends at `end` and holds these offsets. */
  const reading = (offsets: readonly number[], end: number, options: Partial<ReaderOptions> = {}) => {
    const watch = createEndWatch({
      store: { pulse: () => Promise.resolve({ records: end, groups: 0 }), ends: () => Promise.resolve([]) },
      pollMs: 3_600_000,
      onLook: () => undefined,
      onError: () => undefined,
    });
    watch.learn([{ ...ID, endOffset: end }]);
    const seen: number[] = [];
    const positions: number[] = [];
    const errors: unknown[] = [];
    const fatal: Error[] = [];
    const reads: string[] = [];
    const held = new Set(offsets);
    const reader: PartitionReader = startReader({
      id: ID,
      store: {
        read: (_id, from, below) => {
          reads.push(`${from}-${below}`);
          return Promise.resolve(
            [...held].filter((offset) => offset >= from && offset < below).map((at) => recordAt(at)),
          );
        },
      },
      watch,
      slots: createSlots(1),
      startOffset: () => Promise.resolve(0),
      handle: (records) => {
        seen.push(...records.map(({ offset }) => offset));
        return Promise.resolve();
      },
      onPosition: (position) => positions.push(position),
      onError: (error) => errors.push(error),
      onFatal: (error) => fatal.push(error),
      ...options,
    });
    cleanUp.push(
      () => reader.stop(),
      () => watch.close(),
    );
    const grow = (offset: number): void => {
      held.add(offset);
      watch.learn([{ ...ID, endOffset: offset + 1 }]);
    };
    return { reader, watch, seen, positions, errors, fatal, reads, grow };
  };

  it('is at the end after a read that found gaps, also when the last records are gone', async () => {
    const { seen, positions } = reading([1, 4], 9);
    await waitFor(() => positions.includes(9));
    expect(seen).toEqual([1, 4]);
  });

  it('asks for nothing while nothing is new, and for the rest when something is', async () => {
    const { reads, seen, positions, grow } = reading([0], 1);
    await waitFor(() => positions.includes(1));
    grow(1);
    await waitFor(() => positions.includes(2));
    expect(reads).toEqual(['0-1', '1-2']);
    expect(seen).toEqual([0, 1]);
  });

  it('goes on behind the last record of a read that hit a limit', async () => {
    const { reads } = reading([], 5, {
      store: {
        read: (_id, from, below) => {
          reads.push(`${from}-${below}`);
          return Promise.resolve([recordAt(from, 1_048_576)]);
        },
      },
    });
    await waitFor(() => reads.length === 5);
    expect(reads).toEqual(['0-5', '1-5', '2-5', '3-5', '4-5']);
  });

  it('asks again where to start after a failure', async () => {
    const starts = [3, 1];
    let failures = 1;
    const seen: number[] = [];
    const { positions, errors } = reading([0, 1, 2, 3, 4], 5, {
      startOffset: () => Promise.resolve(starts.shift() ?? 0),
      handle: (records) => {
        if (failures-- > 0) return Promise.reject(new Error('no'));
        seen.push(...records.map(({ offset }) => offset));
        return Promise.resolve();
      },
    });
    await waitFor(() => positions.includes(5));
    expect(seen).toEqual([1, 2, 3, 4]);
    expect(errors).toHaveLength(1);
  });

  it('tries again when the start cannot be had', async () => {
    let failures = 2;
    const { seen, errors } = reading([0], 1, {
      startOffset: () => (failures-- > 0 ? Promise.reject(new Error('database is away')) : Promise.resolve(0)),
    });
    await waitFor(() => seen.length === 1);
    expect(errors).toHaveLength(2);
  });

  it('ends without a second try when the handler cannot go on', async () => {
    let calls = 0;
    const { reader, fatal, errors } = reading([0], 1, {
      handle: () => {
        calls += 1;
        return Promise.reject(new FatalConsumerError('over'));
      },
    });
    await waitFor(() => fatal.length === 1);
    await reader.stop();
    expect([calls, errors.length]).toEqual([1, 0]);
  });

  it('stops while it waits to try again, and tells nothing of a position it has not reached', async () => {
    const { reader, errors, positions } = reading([0], 1, { handle: () => Promise.reject(new Error('no')) });
    await waitFor(() => errors.length === 1);
    await reader.stop();
    expect(positions).toEqual([]);
  });

  it('stops while it waits for a free slot, without handling anything', async () => {
    const slots = createSlots(1);
    let free = (): void => undefined;
    const taken = slots.run(() => new Promise<void>((resolve) => (free = resolve)));
    const { reader, seen } = reading([0], 1, { slots });
    const stopped = reader.stop();
    free();
    await Promise.all([taken, stopped]);
    expect(seen).toEqual([]);
  });
});
