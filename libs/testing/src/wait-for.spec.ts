import { describe, expect, it } from '@jest/globals';
import { waitFor } from './wait-for.js';

describe('waitFor', () => {
  it('returns what the condition gave once it is met', async () => {
    let looks = 0;
    expect(await waitFor(() => ++looks >= 3 && 'met', { intervalMs: 1 })).toBe('met');
    expect(looks).toBe(3);
  });

  it('says what was waited for, how long, and why the condition was not met', async () => {
    const waiting = waitFor(() => Promise.reject(new Error('no such row')), { timeoutMs: 5, describe: 'the row' });
    await expect(waiting).rejects.toThrow('waited 5 ms for the row: no such row');
  });
});
