import { randomInt } from 'node:crypto';

export interface SeededRandom {
  readonly seed: number;
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer, both ends included. */
  integer(min: number, max: number): number;
  pick<T>(items: readonly T[]): T;
  bytes(length: number): Uint8Array;
}

/**
 * Reproducible randomness. Without a seed (or one in TEST_SEED) a new one is drawn; it is printed in every case, so that a
 * failure can be run again. Mulberry32: fast and even, nothing for secrets.
 */
export function seededRandom(seed: number = Number(process.env.TEST_SEED ?? randomInt(2 ** 31))): SeededRandom {
  process.stderr.write(`seed ${seed} (again with TEST_SEED=${seed})\n`);
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  return { seed, next, integer, pick: (items) => pick(items, integer), bytes: (length) => bytes(length, integer) };
}

function pick<T>(items: readonly T[], integer: SeededRandom['integer']): T {
  if (items.length === 0) throw new Error('nothing to pick from');
  return items[integer(0, items.length - 1)] as T;
}

function bytes(length: number, integer: SeededRandom['integer']): Uint8Array {
  return Uint8Array.from({ length }, () => integer(0, 255));
}
