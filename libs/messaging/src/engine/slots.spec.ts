import { describe, expect, it } from '@jest/globals';
import { createSlots } from './slots.js';

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('slots', () => {
  it('run no more than so many pieces of work at once, in the order of the calls', async () => {
    const slots = createSlots(2);
    const started: number[] = [];
    const finish: (() => void)[] = [];
    const work = [0, 1, 2, 3].map((n) =>
      slots.run(() => {
        started.push(n);
        return new Promise<number>((resolve) => finish.push(() => resolve(n)));
      }),
    );
    await settled();
    expect(started).toEqual([0, 1]);
    finish[1]?.();
    await settled();
    expect(started).toEqual([0, 1, 2]);
    finish[0]?.();
    finish[2]?.();
    await settled();
    finish[3]?.();
    expect(await Promise.all(work)).toEqual([0, 1, 2, 3]);
  });

  it('are free again after work that failed', async () => {
    const slots = createSlots(1);
    await expect(slots.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await slots.run(() => Promise.resolve('yes'))).toBe('yes');
  });
});
