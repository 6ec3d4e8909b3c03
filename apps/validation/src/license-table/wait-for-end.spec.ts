import { describe, expect, it } from '@jest/globals';
import { createWaitForEnd } from './wait-for-end.js';

describe('waiting for the end of the log', () => {
  it('asks the log once for all that begin to wait together, and again for those that come later', async () => {
    let asked = 0;
    const release: (() => void)[] = [];
    const passedPresentEnd = (): Promise<boolean> => {
      asked += 1;
      return new Promise((resolve) => release.push(() => resolve(true)));
    };
    const wait = createWaitForEnd(() => ({ passedPresentEnd }));
    const first = Promise.all([wait(), wait(), wait()]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(asked).toBe(1);
    // the end that the first ones wait for was read before this one came
    const later = wait();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(asked).toBe(2);
    for (const go of release) go();
    await Promise.all([first, later]);
  });

  it('gives up after a quarter of a second, all in all', async () => {
    const limits: number[] = [];
    const passedPresentEnd = (timeoutMs: number): Promise<boolean> => {
      limits.push(timeoutMs);
      return Promise.resolve(false);
    };
    await createWaitForEnd(() => ({ passedPresentEnd }))();
    expect(limits).toEqual([245]);
  });

  it('waits for nothing while nothing is followed', async () => {
    await expect(createWaitForEnd(() => undefined)()).resolves.toBeUndefined();
  });
});
