import type { RandomSource } from '@leasehold/runtime';

const BYTES = 12_288;
const SYMBOLS = (BYTES / 3) * 4;
/** 132 bits. */
const LENGTH = 22;

/** Unpredictable texts of 22 base64url symbols (132 bits), drawn a few hundred at a time: a draw costs more than a text. */
export function createEntropy(random: RandomSource): () => string {
  let drawn = '';
  let used = SYMBOLS;
  return () => {
    if (used + LENGTH > SYMBOLS) {
      drawn = Buffer.from(random(BYTES)).toString('base64url');
      used = 0;
    }
    used += LENGTH;
    return drawn.slice(used - LENGTH, used);
  };
}
