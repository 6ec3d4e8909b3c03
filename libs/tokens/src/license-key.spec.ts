import { hash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { seeded } from '../test/samples.js';
import { generateLicenseId, generateRotatedKey, hashLicenseKey, parseLicenseReference } from './license-key.js';

const SYMBOLS = '0123456789abcdefghjkmnpqrstvwxyz';
const randomBytes = seeded('license keys');
const generators = [
  ['lic_', generateLicenseId],
  ['lk_', generateRotatedKey],
] as const;

describe.each(generators)('a generated %s key', (prefix, generate) => {
  const keys = Array.from({ length: 200 }, () => generate(randomBytes));

  test('is its prefix and 28 Crockford symbols', () => {
    for (const key of keys) expect(key).toMatch(new RegExp(`^${prefix}[0-9a-hjkmnp-tv-z]{28}$`));
  });

  test('ends in the first ten bits of SHA-256 over its 26 random symbols', () => {
    for (const key of keys) {
      const random = key.slice(prefix.length, -2);
      const bits = hash('sha256', Buffer.from(random, 'ascii'), 'buffer').readUInt16BE(0) >> 6;
      expect(key.slice(-2)).toBe(SYMBOLS.charAt(bits >> 5) + SYMBOLS.charAt(bits & 31));
    }
  });

  test('is recognized as a key, and is its own hash input', () => {
    for (const key of keys) expect(parseLicenseReference(key)).toEqual({ kind: 'key', key });
  });

  test('is malformed once a check symbol or the prefix is changed', () => {
    for (const key of keys.slice(0, 20)) {
      for (const at of [...Array(prefix.length).keys(), key.length - 2, key.length - 1]) {
        for (const symbol of SYMBOLS) {
          const changed = key.slice(0, at) + symbol + key.slice(at + 1);
          if (changed !== key) expect(parseLicenseReference(changed)).toEqual({ kind: 'malformed' });
        }
      }
    }
  });

  test('with one random symbol changed passes in about 1 of 1024 cases, as ten check bits promise', () => {
    let tried = 0;
    let passed = 0;
    for (const key of keys.slice(0, 25)) {
      for (let at = prefix.length; at < key.length - 2; at++) {
        for (const symbol of SYMBOLS) {
          const changed = key.slice(0, at) + symbol + key.slice(at + 1);
          if (changed === key) continue;
          tried++;
          if (parseLicenseReference(changed).kind !== 'malformed') passed++;
        }
      }
    }
    expect(tried).toBe(25 * 26 * 31);
    expect(passed / tried).toBeGreaterThan(1 / 2048);
    expect(passed / tried).toBeLessThan(1 / 512);
  });

  test('is malformed when shortened, lengthened, upper-cased, padded with space, or written with look-alikes', () => {
    const [key = ''] = keys;
    const spoiled = [
      key.slice(0, -1),
      `${key}0`,
      key.toUpperCase(),
      ` ${key}`,
      `${key}\n`,
      `${key.slice(0, -1)}\n`,
      ...['i', 'l', 'o', 'u', 'é', '\u0000', '‎', '０'].map((letter) => key.slice(0, 10) + letter + key.slice(11)),
    ];
    for (const text of spoiled) expect(parseLicenseReference(text)).toEqual({ kind: 'malformed' });
  });
});

test('the two prefixes are not interchangeable by length', () => {
  const id = generateLicenseId(randomBytes);
  expect(parseLicenseReference(`lk_${id.slice(4)}`).kind).toBe('key');
  expect(parseLicenseReference(`lk_${id.slice(3)}`).kind).toBe('malformed');
  expect(parseLicenseReference(`lic_${id.slice(5)}`).kind).toBe('malformed');
});

test('a text with a dot is passed on as a token, unless it is longer than tokens may be', () => {
  expect(parseLicenseReference('a.b.c')).toEqual({ kind: 'token', token: 'a.b.c' });
  expect(parseLicenseReference(`a.${'b'.repeat(8190)}`).kind).toBe('token');
  expect(parseLicenseReference(`a.${'b'.repeat(8191)}`).kind).toBe('malformed');
  expect(parseLicenseReference('').kind).toBe('malformed');
});

test('a known key has a known check and hash, so that other implementations can compare', () => {
  const key = generateLicenseId((size) => new Uint8Array(size));
  expect(key.slice(0, -2)).toBe(`lic_${'0'.repeat(26)}`);
  expect(key).toBe('lic_00000000000000000000000000ax');
  expect(hashLicenseKey(key)).toBe(hash('sha256', Buffer.from(key), 'hex'));
});

test('different random bytes give different keys, and a short random source is refused', () => {
  expect(new Set(Array.from({ length: 1000 }, () => generateLicenseId(randomBytes))).size).toBe(1000);
  expect(() => generateLicenseId(() => new Uint8Array(3))).toThrow(RangeError);
});
