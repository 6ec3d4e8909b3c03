import { describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { readExcerpt } from './read-excerpt.js';

const KIB = 1024;
const bodyOf = (...chunks: Uint8Array[]): Readable => Readable.from(chunks, { objectMode: false });
const read = async (body: Readable, encoding?: string): Promise<string> =>
  Buffer.from(await readExcerpt(body, encoding)).toString();

describe('readExcerpt', () => {
  it('keeps a short body whole', async () => {
    expect(await read(bodyOf(Buffer.from('thank '), Buffer.from('you')))).toBe('thank you');
    expect(await read(bodyOf())).toBe('');
  });

  it.each([
    ['gzip', gzipSync('thanks')],
    ['GZIP', gzipSync('thanks')],
    ['deflate', deflateSync('thanks')],
    ['br', brotliCompressSync('thanks')],
    ['zstd', zstdCompressSync('thanks')],
  ])('decompresses %s', async (encoding, bytes) => {
    expect(await read(bodyOf(bytes), encoding)).toBe('thanks');
  });

  it('keeps 16 KiB of a longer body and cuts it off after 64', async () => {
    let given = 0;
    const endless = new Readable({
      read() {
        given += KIB;
        this.push(Buffer.alloc(KIB, 'x'));
      },
    });
    expect(await readExcerpt(endless, undefined)).toHaveLength(16 * KIB);
    expect(endless.destroyed).toBe(true);
    expect(given).toBeLessThan(200 * KIB);
  });

  it('inflates no more of a bomb than it reads', async () => {
    const bomb = gzipSync(Buffer.alloc(256 * 1024 * KIB));
    const chunks = Array.from({ length: Math.ceil(bomb.length / KIB) }, (_, n) =>
      bomb.subarray(n * KIB, (n + 1) * KIB),
    );
    const body = bodyOf(...chunks);
    const before = process.memoryUsage().arrayBuffers;
    expect(await readExcerpt(body, 'gzip')).toHaveLength(16 * KIB);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * KIB);
    expect(body.destroyed).toBe(true);
  });

  it('keeps of a body that does not decompress what did', async () => {
    expect(await read(bodyOf(Buffer.from('this is no gzip')), 'gzip')).toBe('');
    expect('cut short').toContain(await read(bodyOf(gzipSync('cut short').subarray(0, 14)), 'gzip'));
  });

  it('fails when the body breaks, compressed or not', async () => {
    const breaking = (): Readable =>
      new Readable({
        read() {
          this.destroy(new Error('connection lost'));
        },
      });
    await expect(readExcerpt(breaking(), undefined)).rejects.toThrow('connection lost');
    await expect(readExcerpt(breaking(), 'gzip')).rejects.toThrow('connection lost');
  });
});
