import { describe, expect, it } from '@jest/globals';
import { fixedClock } from './fixed-clock.js';

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
