import { waitFor } from '@leasehold/testing';
import { describe, expect, it } from '@jest/globals';
import { createWaitForEnd } from './wait-for-end.js';

const never = (): boolean => false;
const always = (): boolean => true;

describe('waiting for the end of the log', () => {
  it('asks the log once for all that begin to wait together, and again for those that come later', async () => {
    let asked = 0;
    const release: (() => void)[] = [];
    const passedPresentEnd = (): Promise<boolean> => {
      asked += 1;
      return new Promise((resolve) => release.push(() => resolve(true)));
    };
    const wait = createWaitForEnd(() => ({ passedPresentEnd }));
    const first = Promise.all([wait(always), wait(always), wait(always)]);
    await waitFor(() => asked === 1);
    // the end that the first ones wait for was read before this one came
    const later = wait(always);
    await waitFor(() => asked === 2);
    for (const go of release) go();
    await Promise.all([first, later]);
  });

  it('looks again for what is acknowledged and not in the log yet, until it is there', async () => {
    let looks = 0;
    const passedPresentEnd = (): Promise<boolean> => Promise.resolve(++looks > 0);
    await createWaitForEnd(() => ({ passedPresentEnd }))(() => looks === 2);
    expect(looks).toBe(2);
  });

  it('gives up after a quarter of a second, all in all', async () => {
    const limits: number[] = [];
    const passedPresentEnd = (timeoutMs: number): Promise<boolean> => {
      limits.push(timeoutMs);
      return Promise.resolve(false);
    };
    const began = performance.now();
    await createWaitForEnd(() => ({ passedPresentEnd }))(never);
    expect(limits).toEqual([245, 200, 50]);
    expect(performance.now() - began).toBeGreaterThanOrEqual(190);
  });

  it('waits for nothing while nothing is followed', async () => {
    await expect(createWaitForEnd(() => undefined)(never)).resolves.toBeUndefined();
  });
});
