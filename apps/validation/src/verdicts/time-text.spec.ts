import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createTimeText } from './time-text.js';

it('writes every instant as the platform does', () => {
  const timeText = createTimeText();
  fc.assert(
    fc.property(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }), (instant) => {
      expect(timeText(instant)).toBe(new Date(instant).toISOString());
    }),
    { seed: 5, numRuns: 2_000 },
  );
});
