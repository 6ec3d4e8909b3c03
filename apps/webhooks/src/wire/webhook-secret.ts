import type { RandomSource } from '@leasehold/runtime';

const PREFIX = 'whsec_';
const DRAWN_BYTES = 32;
const FEWEST_BYTES = 24;
const MOST_BYTES = 64;

/** A new symmetric secret: `whsec_` and 32 random bytes in base64. */
export const drawWebhookSecret = (random: RandomSource): string =>
  PREFIX + Buffer.from(random(DRAWN_BYTES)).toString('base64');

/**
 * The key of the HMAC: the decoded bytes, not the text.
 * @throws {RangeError} the text is none of ours
 */
export function secretKey(secret: string): Buffer {
  const text = secret.slice(PREFIX.length);
  const key = Buffer.from(text, 'base64');
  const isOurs = secret.startsWith(PREFIX) && key.toString('base64') === text;
  if (!isOurs || key.length < FEWEST_BYTES || key.length > MOST_BYTES) {
    throw new RangeError('A webhook secret is whsec_ and 24 to 64 bytes in base64.');
  }
  return key;
}
