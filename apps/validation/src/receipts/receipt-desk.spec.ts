import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createReceiptSigner, generateSigningKey, MAX_RECEIPT_PAYLOAD_BYTES } from '@leasehold/tokens';
import { fitsReceipt, ReceiptDesk } from './receipt-desk.js';

const signer = createReceiptSigner(generateSigningKey('receipt', randomBytes));
let signatures: number[];
let desk: ReceiptDesk;

beforeEach(() => {
  signatures = [];
  desk = new ReceiptDesk({ signerNow: () => signer, signed: (count) => signatures.push(count) });
});

const handIn = (payload: string, jws = false): Promise<string> =>
  new Promise((resolve, reject) =>
    desk.add({ payload, jws, sign: resolve, fail: () => reject(new Error('nobody signs')) }),
  );

const payloadOf = (receipt: string): string => Buffer.from(receipt.split('.')[1] ?? '', 'base64url').toString();

describe('the receipt desk', () => {
  it('signs all answers of one turn together, each its own', async () => {
    const receipts = await Promise.all(['{"a":1}', '{"b":2}', '{"c":3}'].map((payload) => handIn(payload)));
    expect(receipts.map(payloadOf)).toEqual(['{"a":1}', '{"b":2}', '{"c":3}']);
    expect(new Set(receipts.map((receipt) => receipt.split('.')[3]))).toHaveProperty('size', 1);
    expect(signatures).toEqual([3]);
  });

  it('never waits for company: an answer that is alone is signed in its turn', async () => {
    await handIn('{}');
    await handIn('{}');
    expect(signatures).toEqual([1, 1]);
  });

  it('puts at most 256 under a signature', async () => {
    const receipts = await Promise.all(Array.from({ length: 600 }, (_, at) => handIn(`{"n":${at}}`)));
    expect(receipts.map(payloadOf)).toEqual(receipts.map((_, at) => `{"n":${at}}`));
    expect(signatures).toEqual([256, 256, 88]);
  });

  it('signs an ordinary JWS alone', async () => {
    const [batched, jws] = await Promise.all([handIn('{}'), handIn('{}', true)]);
    expect([batched.split('.').length, jws.split('.').length]).toEqual([4, 3]);
    expect(signatures).toEqual([1, 1]);
  });

  it('says so when there is no key', async () => {
    desk = new ReceiptDesk({ signerNow: () => undefined, signed: () => undefined });
    await expect(handIn('{}')).rejects.toThrow('nobody signs');
  });
});

describe('the size of a payload', () => {
  it.each([
    ['x'.repeat(MAX_RECEIPT_PAYLOAD_BYTES), true],
    ['x'.repeat(MAX_RECEIPT_PAYLOAD_BYTES + 1), false],
    ['€'.repeat(Math.floor(MAX_RECEIPT_PAYLOAD_BYTES / 3)), true],
    ['€'.repeat(Math.floor(MAX_RECEIPT_PAYLOAD_BYTES / 3) + 1), false],
  ])('counts bytes, not characters', (payload, fits) => {
    expect(fitsReceipt(payload)).toBe(fits);
  });
});
