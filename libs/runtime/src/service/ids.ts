import { v7 } from 'uuid';
import type { Clock, RandomSource } from './service-definition.js';

/** Crockford's base32 in lower case: no `i`, `l`, `o`, `u`. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const SYMBOLS = 26;

/**
 * A new id: `prefix`, `_` and 26 lower-case Crockford base32 characters of a UUIDv7, so that ids sort by their time.
 * @example newId('plan', clock, random) // plan_01jd3mzk4qf8x2v6n0c7r5t9wb
 */
export function newId(prefix: string, clock: Clock, random: RandomSource): string {
  const bytes = v7({ msecs: clock.now(), random: random(16) }, new Uint8Array(16));
  let rest = bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
  let text = '';
  for (let symbol = 0; symbol < SYMBOLS; symbol++, rest >>= 5n) text = ALPHABET.charAt(Number(rest & 31n)) + text;
  return `${prefix}_${text}`;
}

/** A new event id: a UUIDv7 (RFC 9562) of the clock's time. */
export const newEventId = (clock: Clock, random: RandomSource): string =>
  v7({ msecs: clock.now(), random: random(16) });
