import { describe, expect, it } from '@jest/globals';
import { createSettler } from './settler.js';

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Rounds that a test finishes by hand. */
const manual = () => {
  const rounds: { done: () => void; fail: () => void }[] = [];
  const errors: unknown[] = [];
  const settler = createSettler(
    (error) => errors.push(error),
    () => new Promise((resolve, reject) => rounds.push({ done: resolve, fail: () => reject(new Error('no')) })),
  );
  return { rounds, errors, settler };
};

describe('the settler', () => {
  it('runs one round at a time, and one more for all who asked meanwhile', async () => {
    const { rounds, settler } = manual();
    for (let n = 0; n < 5; n++) settler.settle();
    expect(rounds).toHaveLength(1);
    rounds[0]?.done();
    await settled();
    expect(rounds).toHaveLength(2);
    settler.settle();
    settler.settle();
    settler.settle();
    rounds[1]?.done();
    await settled();
    expect(rounds).toHaveLength(3);
  });

  it('does not try a failed round again by itself, but remembers it', async () => {
    const { rounds, errors, settler } = manual();
    settler.settle();
    rounds[0]?.fail();
    await settled();
    expect([rounds.length, errors.length, settler.hasFailed()]).toEqual([1, 1, true]);
    settler.settle();
    rounds[1]?.done();
    await settled();
    expect(settler.hasFailed()).toBe(false);
  });

  it('waits for the round under way when it is closed, and begins no other', async () => {
    const { rounds, settler } = manual();
    settler.settle();
    settler.settle();
    let closed = false;
    const closing = settler.close().then(() => (closed = true));
    settler.settle();
    await settled();
    expect(closed).toBe(false);
    rounds[0]?.done();
    await closing;
    expect(rounds).toHaveLength(1);
  });
});
