import { sign } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { base64url, claims, ISSUER, NOW, payload, PUBLIC_URL, seeded } from '../test/samples.js';
import type { KeySet } from './key-set.js';
import type { KeyPurpose } from './public-key.js';
import { createReceiptSigner } from './receipt-signer.js';
import { signLicenseToken } from './sign-license-token.js';
import { generateSigningKey, type SigningKey } from './signing-key.js';
import { verifyLicenseToken } from './verify-license-token.js';
import { verifyReceipt } from './verify-receipt.js';

const key = generateSigningKey('license', seeded('one key for everything'));
const as = (purpose: KeyPurpose): SigningKey => ({ ...key, purpose });
const keySetAs = (purpose: KeyPurpose): KeySet => new Map([[key.kid, { ...key.verificationKey, purpose }]]);

/** Claims that satisfy every kind at once, so that only kind and purpose can tell them apart. */
const everything = { ...payload, ...claims, grace: 0, nonce: payload.nonce, iss: ISSUER, domain: payload.domain ?? '' };
const asReceipt = { ...everything, grace: false, exp: payload.exp, iat: payload.iat };
const foreign = (typ: string, body: object): string => {
  const input = `${base64url(JSON.stringify({ alg: 'EdDSA', typ, kid: key.kid }))}.${base64url(JSON.stringify(body))}`;
  return `${input}.${base64url(sign(null, Buffer.from(input), key.privateKey))}`;
};

const signer = createReceiptSigner(as('receipt'));
const texts = {
  license: signLicenseToken(everything, as('license')),
  receipt: signer.signBatch([JSON.stringify(asReceipt)])[0] ?? '',
  'JWS receipt': signer.signJws(JSON.stringify(asReceipt)),
  'status list': foreign('statuslist+jwt', everything),
  'ordinary JWT': foreign('JWT', everything),
};

const verifiers = {
  license: (text: string, keySet: KeySet) => verifyLicenseToken(text, keySet, { issuer: ISSUER, now: NOW }),
  receipt: (text: string, keySet: KeySet) =>
    verifyReceipt(text, keySet, { issuer: ISSUER, nonce: payload.nonce, domain: payload.domain, now: NOW }),
};

describe.each(Object.entries(texts))('a %s', (kind, text) => {
  const own = kind === 'license' ? 'license' : kind.endsWith('receipt') ? 'receipt' : undefined;

  test.each(['license', 'receipt'] as const)('passes the %s verifier only if it is of that kind', (verifier) => {
    // the key is given whatever purpose the verifier wants: typ alone must refuse
    const result = verifiers[verifier](text, keySetAs(verifier));
    expect(result.ok).toBe(verifier === own);
    if (!result.ok) expect(['wrong_type', 'malformed']).toContain(result.refusal.code);
  });

  test.each(['license', 'receipt', 'status', 'webhook'] as const)(
    'passes under a %s key only if it is its own',
    (purpose) => {
      const verifier = own ?? 'license';
      const result = verifiers[verifier](text, keySetAs(purpose));
      expect(result.ok).toBe(purpose === own);
    },
  );
});

test('a batch receipt is not taken for a JWS receipt, nor the other way round', () => {
  const [head, body, path, signature] = texts.receipt.split('.');
  expect(verifiers.receipt([head, body, signature].join('.'), keySetAs('receipt')).ok).toBe(false);
  const [jwsHead, jwsBody, jwsSignature] = texts['JWS receipt'].split('.');
  expect(verifiers.receipt([jwsHead, jwsBody, path, jwsSignature].join('.'), keySetAs('receipt')).ok).toBe(false);
});

test.each(['receipt', 'status', 'webhook'] as const)('a %s key signs no license token', (purpose) => {
  expect(() => signLicenseToken(claims, as(purpose))).toThrow(TypeError);
});

test.each(['license', 'status', 'webhook'] as const)('a %s key signs no receipt', (purpose) => {
  expect(() => createReceiptSigner(as(purpose))).toThrow(TypeError);
});

test('the issuer of receipts is not the issuer of license tokens', () => {
  expect(PUBLIC_URL).not.toBe(ISSUER);
  expect(verifyLicenseToken(texts.license, keySetAs('license'), { issuer: PUBLIC_URL, now: NOW }).ok).toBe(false);
});
