/** Gives `size` unpredictable bytes. Services pass `crypto.randomBytes`; tests pass a seeded one. */
export type RandomSource = (size: number) => Uint8Array;
