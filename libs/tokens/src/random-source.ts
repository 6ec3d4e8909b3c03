/** Gives `size` unpredictable bytes. Services pass `crypto.randomBytes`; tests pass a seeded one. */
export type RandomSource = (size: number) => Uint8Array;

/** Exactly `size` bytes of the source: a short answer would silently weaken a key or repeat a nonce. */
export function drawBytes(randomBytes: RandomSource, size: number): Uint8Array {
  const bytes = randomBytes(size);
  if (bytes.length !== size) throw new RangeError(`The random source gave ${bytes.length} bytes instead of ${size}.`);
  return bytes;
}
