import { createHash, verify } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { compactVerify } from 'jose';
import { base64url, licenseKey, NOW, payload, PUBLIC_URL, receiptKey } from '../test/samples.js';
import { keySetOf } from './key-set.js';
import { createReceiptSigner, MAX_RECEIPT_PAYLOAD_BYTES } from './receipt-signer.js';
import { verifyReceipt } from './verify-receipt.js';

const signer = createReceiptSigner(receiptKey);
const keySet = keySetOf([receiptKey.verificationKey]);
const payloads = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => JSON.stringify({ ...payload, nonce: `nonce-${at}`, jti: `salt-${at}` }));
const check = (receipt: string, nonce: string) =>
  verifyReceipt(receipt, keySet, { issuer: PUBLIC_URL, nonce, domain: payload.domain, licenseId: 'lic_1', now: NOW });

const sha256 = (...parts: Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();

/** The root by the definition, top down, sharing no code with the signer: the largest full tree stands on the left. */
function rootOf(leaves: readonly Buffer[]): Buffer {
  const [first] = leaves;
  if (first === undefined) throw new Error('no leaves');
  if (leaves.length === 1) return first;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(Buffer.of(1), rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
}

describe.each([1, 2, 3, 4, 5, 6, 7, 64, 100, 255, 256])('a batch of %i', (count) => {
  const receipts = signer.signBatch(payloads(count));

  test('gives every payload its receipt, in order', () => {
    expect(receipts).toHaveLength(count);
    receipts.forEach((receipt, at) => {
      expect(check(receipt, `nonce-${at}`)).toMatchObject({ ok: true, fresh: true, receipt: { jti: `salt-${at}` } });
    });
  });

  test('is under one signature over context, count and the root built by the definition', () => {
    const leaves = receipts.map((receipt) =>
      sha256(Buffer.of(0), Buffer.from(receipt.split('.').slice(0, 2).join('.'), 'ascii')),
    );
    const signed = Buffer.concat([
      Buffer.from('leasehold-receipt-v1'),
      Buffer.of(0, count >> 8, count & 255),
      rootOf(leaves),
    ]);
    const [signature, ...others] = [...new Set(receipts.map((receipt) => receipt.split('.')[3]))];
    expect(others).toEqual([]);
    const bytes = Buffer.from(signature ?? '', 'base64url');
    expect(verify(null, signed, receiptKey.verificationKey.publicKey, bytes)).toBe(true);
  });

  test('writes index and count big-endian, then at most eight hashes', () => {
    receipts.forEach((receipt, at) => {
      const path = Buffer.from(receipt.split('.')[2] ?? '', 'base64url');
      expect([...path.subarray(0, 4)]).toEqual([at >> 8, at & 255, count >> 8, count & 255]);
      expect((path.length - 4) % 32).toBe(0);
      expect((path.length - 4) / 32).toBeLessThanOrEqual(Math.ceil(Math.log2(count)));
    });
  });

  test('gives no receipt that passes for another question', () => {
    receipts.forEach((receipt, at) => {
      expect(check(receipt, `nonce-${at + 1}`)).toMatchObject({ ok: false, refusal: { reason: 'nonce_mismatch' } });
    });
  });
});

test('a lone receipt has the known header and a path without siblings', () => {
  const [receipt = ''] = signer.signBatch(['{"a":1}']);
  const [head = '', body = '', path] = receipt.split('.');
  expect(Buffer.from(head, 'base64url').toString()).toBe(
    `{"alg":"EdDSA","typ":"validation-receipt","kid":"${receiptKey.kid}"}`,
  );
  expect(Buffer.from(body, 'base64url').toString()).toBe('{"a":1}');
  expect(path).toBe(base64url(Buffer.of(0, 0, 0, 1)));
});

test('an empty batch signs nothing, more than 256 are refused', () => {
  expect(signer.signBatch([])).toEqual([]);
  expect(() => signer.signBatch(payloads(257))).toThrow(RangeError);
});

test('the same payloads give the same bytes, and a batch leaves nothing behind for the next', () => {
  const first = signer.signBatch(payloads(3));
  signer.signBatch(payloads(200));
  expect(signer.signBatch(payloads(3))).toEqual(first);
});

test('the largest payload in the largest batch still fits what a verifier reads', () => {
  const rest = JSON.stringify({ ...payload, plan: '' }).length;
  const large = JSON.stringify({ ...payload, plan: 'x'.repeat(MAX_RECEIPT_PAYLOAD_BYTES - rest) });
  const receipts = signer.signBatch(Array.from({ length: 256 }, () => large));
  for (const receipt of receipts) expect(check(receipt, payload.nonce).ok).toBe(true);
});

describe('a receipt as a JWS', () => {
  const receipt = signer.signJws(JSON.stringify(payload));

  test('is verified by jose', async () => {
    const { protectedHeader, payload: bytes } = await compactVerify(receipt, receiptKey.verificationKey.publicKey);
    expect(protectedHeader).toEqual({ alg: 'EdDSA', typ: 'validation-receipt+jwt', kid: receiptKey.kid });
    expect(Buffer.from(bytes).toString()).toBe(JSON.stringify(payload));
  });

  test('is verified by the same function as a batch receipt', () => {
    expect(check(receipt, payload.nonce)).toEqual({ ok: true, kid: receiptKey.kid, receipt: payload, fresh: true });
  });
});

test('only receipt keys sign receipts', () => {
  expect(() => createReceiptSigner(licenseKey)).toThrow(TypeError);
});
