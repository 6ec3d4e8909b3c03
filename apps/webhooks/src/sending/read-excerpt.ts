import { type Readable, pipeline, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';

const MOST_READ = 64 * 1024;
const MOST_KEPT = 16 * 1024;

const DECODERS: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
  ['zstd', createZstdDecompress],
]);

/**
 * Reads the beginning of an answer's body: at most 64 KiB after decompression, of which 16 KiB are kept. A longer body is
 * cut off together with its connection. Of a body that does not decompress, what did is kept: the status decides.
 * @throws what broke the body: a timeout, a lost connection
 */
export async function readExcerpt(body: Readable, encoding: string | undefined): Promise<Uint8Array> {
  let broken: unknown;
  // stands for every error of the body, those after it was cut off too
  body.on('error', (error) => (broken ??= error));
  const decoder = DECODERS.get(encoding?.trim().toLowerCase() ?? '')?.();
  const text: Readable = decoder === undefined ? body : pipeline(body, decoder, () => undefined);
  const kept: Buffer[] = [];
  let read = 0;
  try {
    for await (const chunk of text) {
      kept.push((chunk as Buffer).subarray(0, Math.max(0, MOST_KEPT - read)));
      read += (chunk as Buffer).length;
      if (read >= MOST_READ) break;
    }
  } catch (error) {
    const isDecoders = decoder !== undefined && broken === undefined;
    if (!isDecoders) throw error;
  } finally {
    body.destroy();
  }
  return Buffer.concat(kept);
}
