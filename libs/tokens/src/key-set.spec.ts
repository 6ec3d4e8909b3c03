import { describe, expect, test } from '@jest/globals';
import { createLocalJWKSet } from 'jose';
import { licenseKey, otherLicenseKey, receiptKey } from '../test/samples.js';
import { InvalidKeyError } from './invalid-key-error.js';
import { keySetFromJwks, keySetOf, keySetToJwks, publicJwkOf } from './key-set.js';
import { exportSigningKey } from './signing-key.js';

const license = publicJwkOf(licenseKey.verificationKey);
const receipt = publicJwkOf(receiptKey.verificationKey);

test('a published key set is read back with kids and purposes', () => {
  const keySet = keySetOf([licenseKey.verificationKey, receiptKey.verificationKey]);
  const again = keySetFromJwks(JSON.parse(JSON.stringify(keySetToJwks(keySet))));
  expect([...again].map(([kid, { purpose, x }]) => [kid, purpose, x])).toEqual([
    [licenseKey.kid, 'license', license.x],
    [receiptKey.kid, 'receipt', receipt.x],
  ]);
});

test('a published key has exactly the members a verifier needs, and never the private half', () => {
  expect(Object.keys(license)).toEqual(['kty', 'crv', 'x', 'kid', 'use', 'alg', 'purpose']);
});

test('jose finds our keys in the set by kid', async () => {
  const jwks = {
    keys: [...keySetToJwks(keySetOf([licenseKey.verificationKey, otherLicenseKey.verificationKey])).keys],
  };
  await expect(createLocalJWKSet(jwks)({ alg: 'EdDSA', kid: otherLicenseKey.kid })).resolves.toBeDefined();
});

test('keys of other types, curves and purposes are passed over', () => {
  const foreign = [
    { kty: 'RSA', n: 'AQAB', e: 'AQAB', kid: 'rsa' },
    { ...license, crv: 'X25519' },
    { ...license, purpose: 'tomorrow' },
    { kty: 'OKP', crv: 'Ed25519', x: license.x },
  ];
  expect([...keySetFromJwks({ keys: [...foreign, receipt] }).keys()]).toEqual([receiptKey.kid]);
});

describe('a key set is refused', () => {
  test.each([
    ['when it is no set', null, 'malformed'],
    ['when keys are no list', { keys: {} }, 'malformed'],
    ['when a key is no object', { keys: ['x'] }, 'malformed'],
    ['when a key stands in it twice', { keys: [license, license] }, 'duplicate_kid'],
    ['when a key has two purposes', { keys: [license, { ...license, purpose: 'receipt' }] }, 'duplicate_kid'],
    ['when a kid is not the thumbprint', { keys: [{ ...license, kid: receipt.kid }] }, 'wrong_kid'],
    ['when a kid is missing', { keys: [{ ...license, kid: undefined }] }, 'wrong_kid'],
    ['when a key is not canonical base64url', { keys: [{ ...license, x: `${license.x}=` }] }, 'malformed'],
    ['when a key is of low order', { keys: [{ ...license, x: 'A'.repeat(43) }] }, 'low_order'],
    ['when a key is for encryption', { keys: [{ ...license, use: 'enc' }] }, 'malformed'],
    ['when a key is for another algorithm', { keys: [{ ...license, alg: 'HS256' }] }, 'malformed'],
    ['when it gives a private key away', { keys: [JSON.parse(exportSigningKey(licenseKey))] }, 'private_key_in_set'],
  ])('%s', (_, jwks, reason) => {
    expect(() => keySetFromJwks(jwks)).toThrow(InvalidKeyError);
    expect(() => keySetFromJwks(jwks)).toThrow(`refused: ${reason}.`);
  });
});
