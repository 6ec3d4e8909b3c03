import { describe, expect, test } from '@jest/globals';
import {
  base64url,
  DAY_SECONDS,
  NOW,
  NOW_SECONDS,
  otherReceiptKey,
  payload,
  PUBLIC_URL,
  receiptKey,
} from '../test/samples.js';
import { keySetOf } from './key-set.js';
import type { ReceiptPayload } from './receipt-payload.js';
import { createReceiptSigner } from './receipt-signer.js';
import { verifyReceipt, type ReceiptExpectation } from './verify-receipt.js';

const signer = createReceiptSigner(receiptKey);
const keySet = keySetOf([receiptKey.verificationKey, otherReceiptKey.verificationKey]);
const question = {
  issuer: PUBLIC_URL,
  nonce: payload.nonce,
  domain: payload.domain,
  licenseId: payload.sub ?? '',
  now: NOW,
} satisfies ReceiptExpectation;

const check = (receipt: string, expected: ReceiptExpectation = question) => verifyReceipt(receipt, keySet, expected);
const reasonOf = (receipt: string, expected: ReceiptExpectation = question): string => {
  const result = check(receipt, expected);
  return result.ok ? 'ok' : result.refusal.reason;
};

const batchOf = (count: number, at: number, changes: object = {}): string => {
  const texts = Array.from({ length: count }, (_, index) =>
    JSON.stringify(index === at ? { ...payload, ...changes } : { ...payload, nonce: `other-${index}` }),
  );
  return signer.signBatch(texts)[at] ?? '';
};
const formats: readonly (readonly [string, (changes?: object) => string])[] = [
  ['alone', (changes) => batchOf(1, 0, changes)],
  ['in a batch', (changes) => batchOf(5, 3, changes)],
  ['promoted in a batch', (changes) => batchOf(5, 4, changes)],
  ['as a JWS', (changes = {}) => signer.signJws(JSON.stringify({ ...payload, ...changes }))],
];

describe.each(formats)('a receipt %s', (_, receiptWith) => {
  const receipt = receiptWith();

  test('answers its question', () => {
    expect(check(receipt)).toEqual({ ok: true, kid: receiptKey.kid, receipt: payload, fresh: true });
  });

  test('tampered with at any character, by any bit or by any other letter, fails', () => {
    for (let at = 0; at < receipt.length; at++) {
      const code = receipt.charCodeAt(at);
      const others = [1, 2, 4, 8, 16, 32, 64].map((bit) => String.fromCharCode(code ^ bit));
      for (const other of [...others, 'A', '_', '.', '=', ' ']) {
        const changed = receipt.slice(0, at) + other + receipt.slice(at + 1);
        if (changed !== receipt) expect(check(changed).ok).toBe(false);
      }
    }
  });

  test('tampered with at any byte behind the encoding fails', () => {
    const parts = receipt.split('.').map((part) => Buffer.from(part, 'base64url'));
    parts.forEach((part, index) => {
      for (let at = 0; at < part.length; at++) {
        for (const mask of [1, 0x80, 0xff]) {
          const changed = Buffer.from(part);
          changed[at] = (changed[at] ?? 0) ^ mask;
          const tampered = parts.map((other, i) => base64url(i === index ? changed : other)).join('.');
          expect(check(tampered).ok).toBe(false);
        }
      }
    });
  });

  test('cut or lengthened anywhere fails', () => {
    for (let at = 0; at < receipt.length; at++) {
      expect(check(receipt.slice(0, at)).ok).toBe(false);
      expect(check(receipt.slice(0, at) + receipt.slice(at + 1)).ok).toBe(false);
      expect(check(`${receipt.slice(0, at)}A${receipt.slice(at)}`).ok).toBe(false);
    }
    expect(check(`${receipt}A`).ok).toBe(false);
  });

  test.each<[string, Partial<ReceiptExpectation>, string]>([
    ['another nonce', { nonce: 'YW5vdGhlci1ub25jZQ' }, 'nonce_mismatch'],
    ['an empty nonce', { nonce: '' }, 'nonce_mismatch'],
    ['another domain', { domain: 'example.com' }, 'domain_mismatch'],
    ['a domain that ends the same', { domain: `evil${String(payload.domain)}` }, 'domain_mismatch'],
    ['no domain', { domain: undefined }, 'domain_mismatch'],
    ['another license', { licenseId: 'lic_2' }, 'license_mismatch'],
    ['another platform', { issuer: 'https://other.example' }, 'issuer_mismatch'],
    ['no platform', { issuer: [] }, 'issuer_mismatch'],
    ['five minutes later', { now: NOW + 300_000 }, 'stale'],
    ['a day later', { now: NOW + DAY_SECONDS * 1000 }, 'expired'],
    ['a minute and more before', { now: NOW - 60_001 }, 'issued_in_future'],
    ['a year before', { now: NOW - 365 * DAY_SECONDS * 1000 }, 'issued_in_future'],
  ])('captured, is no answer to a question with %s', (__, changes, reason) => {
    expect(reasonOf(receipt, { ...question, ...changes })).toBe(reason);
  });

  test.each<[string, object, string]>([
    ['no nonce', { nonce: undefined }, 'nonce_mismatch'],
    ['no salt', { jti: undefined }, 'invalid_claim'],
    ['no validity', { valid: 'true' }, 'invalid_claim'],
    ['no code', { code: undefined }, 'invalid_claim'],
    ['a grant of no license', { sub: undefined }, 'invalid_claim'],
    ['a grant of no product', { aud: undefined }, 'invalid_claim'],
    ['a grant for no domain', { domain: undefined }, 'invalid_claim'],
    ['a grant for no environment', { environment: undefined }, 'invalid_claim'],
    ['an environment of its own', { environment: 'staging' }, 'invalid_claim'],
    ['a fractional time', { iat: NOW_SECONDS - 0.5 }, 'invalid_claim'],
    ['a time as text', { exp: String(payload.exp) }, 'invalid_claim'],
    ['features that are none', { features: 'analytics' }, 'invalid_claim'],
    ['freshness of more than five minutes', { fresh_until: payload.iat + 301 }, 'invalid_lifetime'],
    ['freshness that ends before it begins', { fresh_until: payload.iat - 1 }, 'invalid_lifetime'],
    ['a lease of more than thirty days', { exp: payload.iat + 30 * DAY_SECONDS + 1 }, 'invalid_lifetime'],
    ['a lease shorter than freshness', { exp: payload.fresh_until - 1 }, 'invalid_lifetime'],
    ['a refusal with a lease', { valid: false, code: 'revoked' }, 'invalid_lifetime'],
  ])('is refused with %s, though rightly signed', (__, changes, reason) => {
    expect(reasonOf(receiptWith(changes))).toBe(reason);
  });

  test('is refused by another key, an unknown key, a key of another purpose', () => {
    const known = receiptKey.verificationKey;
    const without = keySetOf([otherReceiptKey.verificationKey]);
    expect(verifyReceipt(receipt, without, question)).toMatchObject({ refusal: { code: 'unknown_key' } });
    const swapped = new Map([[receiptKey.kid, otherReceiptKey.verificationKey]]);
    expect(verifyReceipt(receipt, swapped, question)).toMatchObject({ refusal: { code: 'bad_signature' } });
    for (const purpose of ['license', 'status', 'webhook'] as const) {
      const misused = new Map([[receiptKey.kid, { ...known, purpose }]]);
      expect(verifyReceipt(receipt, misused, question)).toMatchObject({ refusal: { reason: 'wrong_purpose' } });
    }
  });

  test('is fresh to the last millisecond of fresh_until, as a lease to the last of exp', () => {
    const at = (now: number): ReceiptExpectation => ({ ...question, now });
    const lease = (now: number): ReceiptExpectation => ({ ...question, now, allowLease: true });
    expect(check(receipt, at(payload.fresh_until * 1000 - 1))).toMatchObject({ ok: true, fresh: true });
    expect(check(receipt, lease(payload.fresh_until * 1000))).toMatchObject({ ok: true, fresh: false });
    expect(check(receipt, lease(payload.exp * 1000 - 1))).toMatchObject({ ok: true, fresh: false });
    expect(reasonOf(receipt, lease(payload.exp * 1000))).toBe('expired');
  });

  test('as a lease holds without its nonce, but not for another domain or license', () => {
    const { issuer, domain, licenseId, now } = question;
    const kept = { issuer, domain, licenseId, now, allowLease: true } as const;
    expect(check(receipt, kept).ok).toBe(true);
    expect(reasonOf(receipt, { ...kept, nonce: 'other' })).toBe('nonce_mismatch');
    expect(reasonOf(receipt, { ...kept, domain: 'example.org' })).toBe('domain_mismatch');
    expect(reasonOf(receipt, { ...kept, licenseId: 'lic_2' })).toBe('license_mismatch');
  });

  test('that refuses may lack what was not found, but not be for something else', () => {
    const fresh_until = payload.fresh_until;
    const refusalOf = (changes: object): string =>
      receiptWith({ valid: false, code: 'not_found', fresh_until, exp: fresh_until, ...changes });
    const bare: Partial<Record<keyof ReceiptPayload, undefined>> = {
      sub: undefined,
      aud: undefined,
      domain: undefined,
      environment: undefined,
      plan: undefined,
      features: undefined,
      limits: undefined,
    };
    expect(check(refusalOf(bare))).toMatchObject({ ok: true, receipt: { valid: false, code: 'not_found' } });
    expect(reasonOf(refusalOf({ domain: 'other.example' }))).toBe('domain_mismatch');
    expect(reasonOf(refusalOf({ sub: 'lic_2' }))).toBe('license_mismatch');
    expect(reasonOf(refusalOf({}), { ...question, now: fresh_until * 1000, allowLease: true })).toBe('expired');
  });
});

describe('a path is refused', () => {
  const receipt = batchOf(5, 3);
  const [head = '', body = '', pathText = '', signature = ''] = receipt.split('.');
  const path = Buffer.from(pathText, 'base64url');
  const withPath = (bytes: Uint8Array): string => [head, body, base64url(bytes), signature].join('.');
  const headOf = (index: number, count: number): Buffer => Buffer.of(index >> 8, index & 255, count >> 8, count & 255);
  const siblings = path.subarray(4);

  test.each<[string, Buffer, string]>([
    ['shorter than its head', Buffer.of(0, 0, 0), 'invalid_path'],
    ['for no leaves', Buffer.concat([headOf(0, 0), siblings]), 'invalid_path'],
    ['whose index is its count', Buffer.concat([headOf(5, 5), siblings]), 'invalid_path'],
    ['for more than 256 leaves', Buffer.concat([headOf(3, 257), Buffer.alloc(9 * 32)]), 'invalid_path'],
    ['with a hash too many', Buffer.concat([path, Buffer.alloc(32)]), 'invalid_path'],
    ['with a byte too many', Buffer.concat([path, Buffer.alloc(1)]), 'invalid_path'],
    ['with a hash too few', path.subarray(0, -32), 'invalid_path'],
    ['with a byte too few', path.subarray(0, -1), 'invalid_path'],
    ['of the neighbor', Buffer.concat([headOf(2, 5), siblings]), 'signature_mismatch'],
    ['of a larger batch of the same height', Buffer.concat([headOf(3, 6), siblings]), 'signature_mismatch'],
    [
      'in another order',
      Buffer.concat([headOf(3, 5), siblings.subarray(32), siblings.subarray(0, 32)]),
      'signature_mismatch',
    ],
    ['that claims to be alone', headOf(0, 1), 'signature_mismatch'],
  ])('%s', (_, bytes, reason) => {
    expect(reasonOf(withPath(bytes))).toBe(reason);
  });

  test("even when it is another receipt's of the same batch", () => {
    const texts = [0, 1, 2, 3].map((index) => JSON.stringify({ ...payload, jti: `salt-${index}` }));
    const parts = signer.signBatch(texts).map((one) => one.split('.'));
    for (const [index, own] of parts.entries()) {
      for (const [otherIndex, other] of parts.entries()) {
        const mixed = [own[0], own[1], other[2], other[3]].join('.');
        expect(reasonOf(mixed)).toBe(index === otherIndex ? 'ok' : 'signature_mismatch');
      }
    }
  });
});

test('nonce and bounds are looked at before any signature is', () => {
  const forged = `${batchOf(1, 0).split('.').slice(0, 3).join('.')}.${base64url(Buffer.alloc(64))}`;
  expect(reasonOf(forged, { ...question, nonce: 'other' })).toBe('nonce_mismatch');
  expect(reasonOf(forged, { ...question, now: NOW + 300_000 })).toBe('stale');
  expect(reasonOf(forged)).toBe('signature_mismatch');
});
