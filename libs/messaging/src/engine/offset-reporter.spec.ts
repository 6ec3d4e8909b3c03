import { describe, expect, it } from '@jest/globals';
import { waitFor } from '@leasehold/testing';
import type { ReachedOffset } from './log-store.js';
import { createOffsetReporter } from './offset-reporter.js';

const reached = (partition: number, nextOffset: number, fence = 1): ReachedOffset => ({
  topic: 't',
  partition,
  fence,
  nextOffset,
});

const reporting = (everyMs = 3_600_000) => {
  const written: string[] = [];
  const log = { failures: 0 };
  const reporter = createOffsetReporter(
    {
      reached: (group, offsets) => {
        if (log.failures-- > 0) return Promise.reject(new Error('away'));
        written.push(offsets.map(({ partition, nextOffset }) => `${group} ${partition}:${nextOffset}`).join(' '));
        return Promise.resolve();
      },
    },
    everyMs,
    () => undefined,
  );
  return { written, log, reporter };
};

describe('the offset reporter', () => {
  it('writes the newest offset of each partition, a group at a time', async () => {
    const { written, reporter } = reporting();
    reporter.note('g', reached(0, 1));
    reporter.note('g', reached(1, 5));
    reporter.note('h', reached(0, 2));
    reporter.note('g', reached(0, 3));
    await reporter.flush();
    expect(written).toEqual(['g 0:3 g 1:5', 'h 0:2']);
  });

  it('writes by itself a little later', async () => {
    const { written, reporter } = reporting(1);
    reporter.note('g', reached(0, 1));
    await waitFor(() => written.length === 1);
  });

  it('writes nothing that it has written, unless the owner has changed', async () => {
    const { written, reporter } = reporting();
    for (const fence of [1, 1, 2]) {
      reporter.note('g', reached(0, 1, fence));
      await reporter.flush();
    }
    expect(written).toEqual(['g 0:1', 'g 0:1']);
  });

  it('writes later what could not be written, but nothing older than it has', async () => {
    const { written, log, reporter } = reporting();
    log.failures = 1;
    reporter.note('g', reached(0, 1));
    reporter.note('g', reached(1, 1));
    const failing = reporter.flush();
    reporter.note('g', reached(0, 2));
    await failing;
    await reporter.flush();
    expect(written).toEqual(['g 0:2 g 1:1']);
  });

  it('writes a last time when it is closed', async () => {
    const { written, reporter } = reporting();
    reporter.note('g', reached(0, 1));
    await reporter.close();
    expect(written).toEqual(['g 0:1']);
  });
});
