import { hash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { seeded } from '../test/samples.js';
import { checkApiKey, generateApiKey, hashApiKey, hintOf, type ApiKeyKind } from './api-key.js';

const SYMBOLS = '0123456789abcdefghjkmnpqrstvwxyz';
const randomBytes = seeded('api keys');
const kinds: readonly (readonly [ApiKeyKind, string])[] = [
  ['secret', 'lh_sk_'],
  ['publishable', 'lh_pk_'],
  ['operator', 'lh_op_'],
];

describe.each(kinds)('a %s key', (kind, prefix) => {
  const key = generateApiKey(kind, randomBytes);

  test('has its prefix, 160 random bits and six check symbols, and fits the pattern for secret scanners', () => {
    expect(key.startsWith(prefix)).toBe(true);
    expect(key).toMatch(/^lh_(sk|pk|op)_[0-9a-hjkmnp-tv-z]{38}$/);
  });

  test('is recognized with its kind', () => {
    expect(checkApiKey(key)).toEqual({ kind });
  });

  test('is refused with any one character changed to any other symbol', () => {
    for (let at = 0; at < key.length; at++) {
      for (const symbol of `${SYMBOLS}_-A`) {
        const changed = key.slice(0, at) + symbol + key.slice(at + 1);
        if (changed !== key) expect(checkApiKey(changed)).toBeUndefined();
      }
    }
  });

  test('is refused under the prefix of another kind', () => {
    for (const [other, otherPrefix] of kinds) {
      if (other !== kind) expect(checkApiKey(otherPrefix + key.slice(otherPrefix.length))).toBeUndefined();
    }
  });

  test('is refused when cut, lengthened or surrounded by space', () => {
    for (const text of [key.slice(1), key.slice(0, -1), `${key}0`, ` ${key}`, `${key} `, `${key.slice(0, -1)}\n`, '']) {
      expect(checkApiKey(text)).toBeUndefined();
    }
  });

  test('is kept as SHA-256 and shown by its ends only', () => {
    expect(hashApiKey(key)).toBe(hash('sha256', Buffer.from(key), 'hex'));
    expect(hintOf(key)).toBe(`${prefix}…${key.slice(-4)}`);
  });
});

test('keys are drawn from the random source: equal bytes give equal keys, other bytes others', () => {
  const zeros = (size: number): Uint8Array => new Uint8Array(size);
  expect(generateApiKey('secret', zeros)).toBe(generateApiKey('secret', zeros));
  expect(new Set(Array.from({ length: 1000 }, () => generateApiKey('secret', randomBytes))).size).toBe(1000);
});
