import { describe, expect, it } from '@jest/globals';
import type { NewRecord } from '../event-log.js';
import { createAppender } from './appender.js';

const records = (count: number, bytes = 1): NewRecord[] =>
  Array.from({ length: count }, (_, n) => ({
    topic: 't',
    partition: 0,
    key: String(n),
    headers: {},
    value: new Uint8Array(bytes),
  }));

/** An append that a test finishes by hand. */
const manual = () => {
  const appends: { count: number; done: () => void; fail: (error: Error) => void }[] = [];
  const append = (batch: readonly NewRecord[]) =>
    new Promise<void>((resolve, reject) => appends.push({ count: batch.length, done: resolve, fail: reject }));
  return { appends, append };
};
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('the appender', () => {
  it('sends the first call at once, and together what comes while it is under way', async () => {
    const { appends, append } = manual();
    const appender = createAppender(append);
    const calls = [1, 2, 3].map((count) => appender.publish(records(count)));
    expect(appends.map(({ count }) => count)).toEqual([1]);
    appends[0]?.done();
    await settled();
    expect(appends.map(({ count }) => count)).toEqual([1, 5]);
    appends[1]?.done();
    await Promise.all(calls);
  });

  it('fails the calls of an append that failed, and goes on with the next', async () => {
    const { appends, append } = manual();
    const appender = createAppender(append);
    const first = appender.publish(records(1));
    const second = appender.publish(records(1));
    appends[0]?.fail(new Error('no disk'));
    await expect(first).rejects.toThrow('no disk');
    appends[1]?.done();
    await second;
  });

  it('does not let one append grow without bounds, in records or in bytes', async () => {
    const { appends, append } = manual();
    const appender = createAppender(append);
    const calls = [records(1), records(4_000), records(1_500), records(1, 3_000_000), records(1, 3_000_000)].map(
      (batch) => appender.publish(batch),
    );
    for (let n = 0; n < calls.length; n++) {
      await settled();
      appends[n]?.done();
    }
    await Promise.all(calls);
    expect(appends.map(({ count }) => count)).toEqual([1, 4_000, 1_501, 1]);
  });

  it('sends a call that is larger than the bounds whole: it is all or nothing', async () => {
    const { appends, append } = manual();
    const call = createAppender(append).publish(records(12_000));
    expect(appends.map(({ count }) => count)).toEqual([12_000]);
    appends[0]?.done();
    await call;
  });

  it('is drained when nothing is queued or under way', async () => {
    const { appends, append } = manual();
    const appender = createAppender(append);
    await appender.drained();
    const call = appender.publish(records(1));
    let drained = false;
    const draining = appender.drained().then(() => (drained = true));
    await settled();
    expect(drained).toBe(false);
    appends[0]?.done();
    await Promise.all([call, draining]);
  });
});
