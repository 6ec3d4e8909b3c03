import { describe, expect, it } from '@jest/globals';
import { fixedClock, seededRandom, waitFor } from './index.js';

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

describe('fixedClock', () => {
  it('moves only when told', () => {
    const clock = fixedClock('2026-01-01T00:00:00Z');
    clock.advance(1_500);
    expect(clock().toISOString()).toBe('2026-01-01T00:00:01.500Z');
    clock.set('2027-01-01T00:00:00Z');
    expect(clock()).toEqual(clock());
    expect(clock().getUTCFullYear()).toBe(2027);
  });
});

describe('seededRandom', () => {
  it('repeats itself for a seed and differs for another', () => {
    const draw = (seed: number): number[] => {
      const random = seededRandom(seed);
      return Array.from({ length: 20 }, () => random.integer(1, 1_000));
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('stays within its bounds and reaches both ends', () => {
    const random = seededRandom(1);
    const drawn = new Set(Array.from({ length: 200 }, () => random.integer(3, 5)));
    expect([...drawn].sort()).toEqual([3, 4, 5]);
    expect(['a', 'b']).toContain(random.pick(['a', 'b']));
    expect(random.bytes(4)).toHaveLength(4);
  });
});
