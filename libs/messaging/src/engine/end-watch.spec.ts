import { afterEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '@leasehold/testing';
import { createEndWatch, type EndWatch } from './end-watch.js';
import type { PartitionEnd } from './log-store.js';

const ID = { topic: 't', partition: 0 };

describe('the watch over the ends', () => {
  let watch: EndWatch | undefined;
  afterEach(() => watch?.close());

  /** A log that counts how often it is asked. */
  const asked = (pollMs: number) => {
    const log = { ends: [] as PartitionEnd[], groups: 0, pulses: 0, reads: 0, away: false, looks: 0 };
    const errors: unknown[] = [];
    watch = createEndWatch({
      pollMs,
      store: {
        pulse: () => {
          log.pulses += 1;
          if (log.away) return Promise.reject(new Error('away'));
          return Promise.resolve({
            records: log.ends.reduce((sum, end) => sum + end.endOffset, 0),
            groups: log.groups,
          });
        },
        ends: () => {
          log.reads += 1;
          return Promise.resolve(log.ends);
        },
      },
      onLook: () => (log.looks += 1),
      onError: (error) => errors.push(error),
    });
    return { log, errors, watch };
  };

  it('asks nothing while nobody listens', async () => {
    const { log, watch: quiet } = asked(1);
    const off = quiet.onEnd(ID, () => undefined);
    await waitFor(() => log.pulses > 1);
    off();
    await quiet.close();
    const { pulses } = log;
    quiet.learn([{ ...ID, endOffset: 1 }]);
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(log.pulses).toBe(pulses);
  });

  it('reads the ends only when their sum has changed', async () => {
    const { log, watch: watching } = asked(1);
    log.ends = [{ ...ID, endOffset: 5 }];
    watching.onEnd(ID, () => undefined);
    await waitFor(() => log.pulses > 5);
    expect(log.reads).toBe(1);
    expect(watching.endOf(ID)).toBe(5);
  });

  it('does not read what it has learned from its own append', async () => {
    const { log, watch: watching } = asked(1);
    watching.learn([{ ...ID, endOffset: 3 }]);
    log.ends = [{ ...ID, endOffset: 3 }];
    watching.onEnd(ID, () => undefined);
    await waitFor(() => log.pulses > 3);
    expect(log.reads).toBe(0);
  });

  it('wakes who waits for a partition, and only on news', () => {
    const { watch: watching } = asked(3_600_000);
    let [woken, others] = [0, 0];
    watching.onEnd(ID, () => (woken += 1));
    watching.onEnd({ ...ID, partition: 1 }, () => (others += 1));
    watching.learn([{ ...ID, endOffset: 2 }]);
    watching.learn([{ ...ID, endOffset: 2 }]);
    watching.learn([{ ...ID, endOffset: 1 }]);
    expect([woken, others, watching.endOf(ID)]).toEqual([1, 0, 2]);
  });

  it('looks at once when asked to', async () => {
    const { log, watch: watching } = asked(3_600_000);
    watching.onGroups(() => undefined);
    await waitFor(() => log.looks === 1);
    watching.pollNow();
    await waitFor(() => log.looks === 2);
  });

  it('tells of a change in the groups, once', async () => {
    const { log, watch: watching } = asked(1);
    let changes = 0;
    watching.onGroups(() => (changes += 1));
    await waitFor(() => changes === 1); // it cannot know what was before
    log.groups = 1;
    await waitFor(() => changes === 2);
    const { looks } = log;
    await waitFor(() => log.looks > looks + 3);
    expect(changes).toBe(2);
  });

  it('goes on after the log was away, and asks it less often meanwhile', async () => {
    const { log, errors, watch: watching } = asked(1);
    log.away = true;
    watching.onEnd(ID, () => undefined);
    await waitFor(() => errors.length >= 4);
    log.away = false;
    log.ends = [{ ...ID, endOffset: 1 }];
    await waitFor(() => watching.endOf(ID) === 1);
    expect(log.pulses).toBeLessThan(20);
  });
});
