import { expect, it } from '@jest/globals';
import { createEntropy } from './entropy.js';

it('gives no text twice and no byte of the source to two texts', () => {
  let drawn = 0;
  const next = createEntropy((size) => {
    drawn += 1;
    return Uint8Array.from({ length: size }, (_, at) => (at * 7 + drawn * 13 + (at >> 8) * 29) & 0xff);
  });
  const texts = Array.from({ length: 2_000 }, next);
  for (const text of texts) expect(text).toMatch(/^[A-Za-z0-9_-]{22}$/);
  // 744 texts of 22 symbols fit into a draw of 16,384
  expect(drawn).toBe(3);
});
