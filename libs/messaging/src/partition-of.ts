const SEED = 0x9747b28c;
const M = 0x5bd1e995;
const R = 24;

/** MurmurHash2, 32 bits, with the seed of Kafka's Java client; the result is an unsigned 32-bit integer. */
export const murmur2 = (bytes: Uint8Array): number => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length & ~3;
  let h = SEED ^ bytes.length;
  for (let i = 0; i < whole; i += 4) {
    let k = Math.imul(view.getInt32(i, true), M);
    k = Math.imul(k ^ (k >>> R), M);
    h = Math.imul(h, M) ^ k;
  }
  const tail = bytes.length - whole;
  if (tail === 3) h ^= view.getUint8(whole + 2) << 16;
  if (tail >= 2) h ^= view.getUint8(whole + 1) << 8;
  if (tail >= 1) h = Math.imul(h ^ view.getUint8(whole), M);
  h = Math.imul(h ^ (h >>> 13), M);
  return (h ^ (h >>> 15)) >>> 0;
};

const encoder = new TextEncoder();

/**
 * The partition that Kafka's default partitioner chooses for a key: murmur2 of its UTF-8 bytes, made positive by
 * clearing the sign bit, modulo the number of partitions.
 */
export const partitionOf = (key: string, partitions: number): number =>
  (murmur2(encoder.encode(key)) & 0x7fffffff) % partitions;
