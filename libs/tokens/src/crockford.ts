import { drawBytes, type RandomSource } from './random-source.js';

/** Crockford's base32 in lower case: no `i`, `l`, `o`, `u`. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

const IS_SYMBOL = new Uint8Array(128);
for (let at = 0; at < ALPHABET.length; at++) IS_SYMBOL[ALPHABET.charCodeAt(at)] = 1;

/** The symbol that stands for the low five bits of `value`. */
export const crockfordSymbol = (value: number): string => ALPHABET.charAt(value & 31);

/** `count` random symbols: five bits each, taken from one random byte each, hence without bias. */
export function randomCrockford(count: number, randomBytes: RandomSource): string {
  let text = '';
  for (const byte of drawBytes(randomBytes, count)) text += crockfordSymbol(byte);
  return text;
}

/** Whether every character from `start` to the end of `text` is a symbol. */
export function isCrockfordFrom(text: string, start: number): boolean {
  for (let at = start; at < text.length; at++) {
    if (IS_SYMBOL[text.charCodeAt(at)] !== 1) return false;
  }
  return true;
}
