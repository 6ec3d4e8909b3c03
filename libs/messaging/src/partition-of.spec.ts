import { describe, expect, it } from '@jest/globals';
import { murmur2, partitionOf } from './partition-of.js';

describe('partitionOf', () => {
  // the vectors of Kafka's own test of its Java client
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
    ['', 275646681],
  ])('hashes %j as the Java client does', (key, hash) => {
    expect(murmur2(new TextEncoder().encode(key)) | 0).toBe(hash);
  });

  it('hashes bytes that are a part of a larger buffer', () => {
    const bytes = new TextEncoder().encode('xxfoobarxx').subarray(2, 8);
    expect(murmur2(bytes) | 0).toBe(-790332482);
  });

  it('chooses the partition that the default partitioner chooses', () => {
    expect(partitionOf('foobar', 12)).toBe(1357151166 % 12);
    expect(partitionOf('abc', 12)).toBe(479470107 % 12);
  });

  it('reads a key as UTF-8', () => {
    expect(partitionOf('ключ', 1_000)).toBe((murmur2(Buffer.from('ключ', 'utf8')) & 0x7fffffff) % 1_000);
  });

  it('spreads keys evenly', () => {
    const counts = Array.from({ length: 12 }, () => 0);
    for (let n = 0; n < 12_000; n++) {
      const partition = partitionOf(`lic_${n}`, 12);
      counts[partition] = (counts[partition] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});
