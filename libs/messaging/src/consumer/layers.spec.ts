import { describe, expect, it } from '@jest/globals';
import type { RecordBatch } from '../event-log.js';
import { FatalConsumerError } from '../fatal-consumer-error.js';
import type { Consume, Delivery } from './consume.js';
import { deadLettered, measured, retried, traced } from './layers.js';

const batch = (life: Partial<RecordBatch> = {}): RecordBatch => ({
  topic: 't',
  partition: 3,
  records: [{ topic: 't', partition: 3, offset: 7, key: 'k', headers: {}, value: null, timestamp: 0 }],
  firstOffset: 7,
  lastOffset: 7,
  heartbeat: () => Promise.resolve(),
  isStale: () => false,
  ...life,
});
const delivery: Delivery = { handled: 1, failed: [], waiting: [] };
const open = new AbortController().signal;
const aborted = AbortSignal.abort();

/** An inner layer that fails so many times before it answers. */
const failing = (times: number, error: Error = new Error('no')) => {
  const inner = { calls: 0, consume: (): Promise<Delivery> => Promise.resolve(delivery) };
  inner.consume = () => {
    inner.calls += 1;
    return inner.calls <= times ? Promise.reject(error) : Promise.resolve(delivery);
  };
  return inner;
};

describe('the retry layer', () => {
  const layer = (inner: Consume, told: string[] = [], signal = open) =>
    retried(
      'g',
      [1, 2],
      { retried: (at) => told.push(`${at.group} ${at.topic}/${at.partition} ${at.attempt}`) },
      signal,
      inner,
    );

  it('answers what the inner layer answers, at whichever try', async () => {
    for (const times of [0, 1, 2]) expect(await layer(failing(times).consume)(batch())).toBe(delivery);
  });

  it('gives the last error on when all tries are used up', async () => {
    const inner = failing(9);
    const told: string[] = [];
    await expect(layer(inner.consume, told)(batch())).rejects.toThrow('no');
    expect(inner.calls).toBe(3);
    expect(told).toEqual(['g t/3 1', 'g t/3 2']);
  });

  it('keeps the lease alive between tries', async () => {
    let beats = 0;
    const alive = batch({ heartbeat: () => Promise.resolve(void (beats += 1)) });
    await layer(failing(2).consume)(alive);
    expect(beats).toBe(2);
  });

  it('does not try again when the batch went stale while it waited', async () => {
    let looks = 0;
    const inner = failing(9);
    await expect(layer(inner.consume)(batch({ isStale: () => (looks += 1) > 1 }))).rejects.toThrow('no');
    expect(inner.calls).toBe(1);
  });

  it('does not try again what cannot go on, or when it is told to stop', async () => {
    const fatal = failing(9, new FatalConsumerError('over'));
    await expect(layer(fatal.consume)(batch())).rejects.toThrow('over');
    const stopped = failing(9);
    await expect(layer(stopped.consume, [], aborted)(batch())).rejects.toThrow('no');
    expect([fatal.calls, stopped.calls]).toEqual([1, 1]);
  });
});

describe('the dead-letter layer', () => {
  const isolated: Delivery = { handled: 0, failed: [], waiting: [] };
  const run = (error: Error | undefined, signal = open, life: Partial<RecordBatch> = {}) =>
    deadLettered(() => Promise.resolve(isolated), signal, failing(error ? 1 : 0, error).consume)(batch(life));

  it('isolates a batch that failed', async () => {
    expect(await run(new Error('bad'))).toBe(isolated);
  });

  it('leaves a batch alone that succeeded', async () => {
    expect(await run(undefined)).toBe(delivery);
  });

  it('isolates nothing when the blame is elsewhere', async () => {
    await expect(run(new FatalConsumerError('over'))).rejects.toThrow('over');
    await expect(run(Object.assign(new Error('away'), { code: 'ECONNREFUSED' }))).rejects.toThrow('away');
    await expect(run(new Error('stopped'), aborted)).rejects.toThrow('stopped');
    await expect(run(new Error('stale'), open, { isStale: () => true })).rejects.toThrow('stale');
  });
});

describe('the trace layer', () => {
  it('runs the inner layers within the trace of the batch', async () => {
    const steps: string[] = [];
    const layer = traced(
      async (traceOf, run) => {
        steps.push(`begin ${traceOf.topic}/${traceOf.partition}`);
        const result = await run();
        steps.push('end');
        return result;
      },
      () => {
        steps.push('inner');
        return Promise.resolve(delivery);
      },
    );
    expect(await layer(batch())).toBe(delivery);
    expect(steps).toEqual(['begin t/3', 'inner', 'end']);
  });
});

describe('the metrics layer', () => {
  const clock = () => {
    let ms = 0;
    return () => (ms += 10);
  };

  it('times what succeeded', async () => {
    const told: unknown[] = [];
    await measured('g', { handled: (at) => told.push(at) }, clock(), failing(0).consume)(batch());
    expect(told).toEqual([{ group: 'g', topic: 't', partition: 3, records: 1, durationMs: 10 }]);
  });

  it('tells each parked record and how many wait', async () => {
    const [record] = batch().records;
    if (record === undefined) throw new Error('a batch has a record');
    const told: unknown[] = [];
    const inner: Consume = () =>
      Promise.resolve({
        handled: 0,
        failed: [{ record, reason: 'handler', detail: 'bad' }],
        waiting: [record, record],
      });
    const hooks = {
      parked: ({ reason, detail }: { reason: string; detail: string }) => told.push(`${reason} ${detail}`),
      waiting: ({ records }: { records: number }) => told.push(records),
    };
    await measured('g', hooks, clock(), inner)(batch());
    expect(told).toEqual(['handler bad', 2]);
  });

  it('tells of a failure and gives it on', async () => {
    const told: unknown[] = [];
    const layer = measured('g', { failed: ({ error }) => told.push(error) }, clock(), failing(1).consume);
    await expect(layer(batch())).rejects.toThrow('no');
    expect(told).toHaveLength(1);
  });
});
