import { sign, verify } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { calculateJwkThumbprint, compactVerify, importJWK } from 'jose';
import { licenseKey, otherLicenseKey, seeded } from '../test/samples.js';
import { InvalidKeyError } from './invalid-key-error.js';
import { exportSigningKey, generateSigningKey, importSigningKey, signingKeyFromSeed } from './signing-key.js';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

/** RFC 8032 section 7.1: seed, public key, message, signature. */
const RFC_8032 = [
  [
    'TEST 1',
    '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    'TEST 2',
    '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ],
  [
    'TEST 3',
    'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  ],
] as const;

describe.each(RFC_8032)('RFC 8032 %s', (_, seed, publicKey, message, signature) => {
  const key = signingKeyFromSeed(hex(seed), 'license');

  test('the public key follows from the seed', () => {
    expect(Buffer.from(key.verificationKey.x, 'base64url').toString('hex')).toBe(publicKey);
  });

  test('the signature is the known one and verifies', () => {
    expect(sign(null, hex(message), key.privateKey).toString('hex')).toBe(signature);
    expect(verify(null, hex(message), key.verificationKey.publicKey, hex(signature))).toBe(true);
  });

  test('the same signature with S + L is refused', () => {
    const L = 2n ** 252n + 27742317777372353535851937790883648493n;
    const bytes = hex(signature);
    const S = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) + L;
    const malleated = Buffer.concat([
      bytes.subarray(0, 32),
      Buffer.from(S.toString(16).padStart(64, '0'), 'hex').reverse(),
    ]);
    expect(verify(null, hex(message), key.verificationKey.publicKey, malleated)).toBe(false);
  });
});

describe('RFC 8037 appendix A', () => {
  const d = 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A';
  const x = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo';
  const key = signingKeyFromSeed(Buffer.from(d, 'base64url'), 'license');

  test('A.1, A.2: the key', () => {
    expect(key.verificationKey.x).toBe(x);
    expect(JSON.parse(exportSigningKey(key))).toMatchObject({ kty: 'OKP', crv: 'Ed25519', d, x });
  });

  test('A.3: the thumbprint', async () => {
    expect(key.kid).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
    expect(await calculateJwkThumbprint({ kty: 'OKP', crv: 'Ed25519', x })).toBe(key.kid);
  });

  test('A.4, A.5: the signature', async () => {
    const input = 'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc';
    const signature = 'hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg';
    expect(sign(null, Buffer.from(input), key.privateKey).toString('base64url')).toBe(signature);
    const jwk = await importJWK({ kty: 'OKP', crv: 'Ed25519', x }, 'EdDSA');
    await expect(compactVerify(`${input}.${signature}`, jwk)).resolves.toBeDefined();
  });
});

describe('a private key', () => {
  test('is read back as it was written', () => {
    const again = importSigningKey(exportSigningKey(licenseKey));
    expect(again.kid).toBe(licenseKey.kid);
    expect(again.purpose).toBe('license');
    expect(again.privateKey.equals(licenseKey.privateKey)).toBe(true);
  });

  test('comes from the random source alone', () => {
    expect(generateSigningKey('status', seeded('a')).kid).toBe(generateSigningKey('status', seeded('a')).kid);
    expect(generateSigningKey('status', seeded('a')).kid).not.toBe(generateSigningKey('status', seeded('b')).kid);
    expect(() => generateSigningKey('status', () => new Uint8Array(16))).toThrow(RangeError);
  });

  const jwk = JSON.parse(exportSigningKey(licenseKey)) as Record<string, unknown>;
  test.each([
    ['no JSON', '{', 'malformed'],
    ['no object', '[]', 'malformed'],
    ['no private half', JSON.stringify({ ...jwk, d: undefined }), 'malformed'],
    ['a short private half', JSON.stringify({ ...jwk, d: 'AAAA' }), 'malformed'],
    ['an unknown purpose', JSON.stringify({ ...jwk, purpose: 'any' }), 'malformed'],
    [
      "another key's public half",
      JSON.stringify({ ...jwk, x: otherLicenseKey.verificationKey.x }),
      'public_half_differs',
    ],
    ["another key's kid", JSON.stringify({ ...jwk, kid: otherLicenseKey.kid }), 'public_half_differs'],
  ])('is refused with %s', (_, text, reason) => {
    expect(() => importSigningKey(text)).toThrow(`refused: ${reason}.`);
    expect(() => importSigningKey(text)).toThrow(InvalidKeyError);
  });
});
