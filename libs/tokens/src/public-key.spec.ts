import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { calculateJwkThumbprint } from 'jose';
import { InvalidKeyError } from './invalid-key-error.js';
import { loadPublicKey } from './public-key.js';

const reasonOf = (bytes: Uint8Array): string => {
  try {
    loadPublicKey(bytes, 'license');
  } catch (error) {
    if (error instanceof InvalidKeyError) return error.reason;
    throw error;
  }
  return 'loaded';
};

/** Little-endian bytes of y, with the sign bit of x. */
const encode = (y: bigint, sign: 0 | 1): Buffer =>
  Buffer.from((y + (BigInt(sign) << 255n)).toString(16).padStart(64, '0'), 'hex').reverse();

const P = 2n ** 255n - 19n;

describe('a public key is refused', () => {
  // the eight points of small order, as libsodium, CCTV and speccheck list them, in both signs
  test.each([
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0000000000000000000000000000000000000000000000000000000000000080',
    '0100000000000000000000000000000000000000000000000000000000000000',
    '0100000000000000000000000000000000000000000000000000000000000080',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  ])('when it is the point of low order %s', (hex) => {
    expect(reasonOf(Buffer.from(hex, 'hex'))).toBe('low_order');
  });

  test('when its coordinate is not reduced: all nineteen, in both signs', () => {
    for (let y = P; y < 2n ** 255n; y++) {
      expect(reasonOf(encode(y, 0))).toBe('non_canonical');
      expect(reasonOf(encode(y, 1))).toBe('non_canonical');
    }
  });

  test('when it is not on the curve', () => {
    expect(reasonOf(encode(2n, 0))).toBe('not_on_curve');
    expect(reasonOf(encode(7n, 1))).toBe('not_on_curve');
  });

  test('when it has another length', () => {
    expect(reasonOf(Buffer.alloc(31, 9))).toBe('malformed');
    expect(reasonOf(Buffer.alloc(33, 9))).toBe('malformed');
    expect(reasonOf(Buffer.alloc(0))).toBe('malformed');
  });
});

test('ordinary keys load, verify, and are named by their RFC 7638 thumbprint', async () => {
  for (let round = 0; round < 20; round++) {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const jwk = publicKey.export({ format: 'jwk' });
    const key = loadPublicKey(Buffer.from(jwk.x ?? '', 'base64url'), 'receipt');
    expect(key).toMatchObject({
      purpose: 'receipt',
      x: jwk.x,
      kid: await calculateJwkThumbprint(jwk),
    });
    expect(verify(null, Buffer.from('m'), key.publicKey, sign(null, Buffer.from('m'), privateKey))).toBe(true);
  }
});
