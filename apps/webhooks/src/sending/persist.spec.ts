import { describe, expect, it } from '@jest/globals';
import { persist } from './persist.js';

/** A write that fails so many times. */
const failing = (times: number) => {
  let tried = 0;
  return {
    tried: () => tried,
    write: (): Promise<string> => {
      tried++;
      return tried > times ? Promise.resolve('written') : Promise.reject(new Error(`failure ${tried}`));
    },
  };
};

describe('persist', () => {
  it.each([0, 1, 3])('writes once although %i tries failed', async (times) => {
    const { write, tried } = failing(times);
    expect(await persist(write, [1, 1, 1])).toBe('written');
    expect(tried()).toBe(times + 1);
  });

  it('fails with the last failure when all tries have', async () => {
    const { write, tried } = failing(4);
    await expect(persist(write, [1, 1, 1])).rejects.toThrow('failure 4');
    expect(tried()).toBe(4);
  });
});
