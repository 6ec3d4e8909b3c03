import { verify } from 'node:crypto';
import type { KeySet } from './key-set.js';
import { readReceiptPayload, type ReceiptPayload } from './receipt-payload.js';
import { RECEIPT_JWS_TYP, RECEIPT_TYP } from './receipt-signer.js';
import { climb, hashLeaf, signedBytes } from './receipt-tree.js';
import { findKey, isInFuture, readToken, type ReadToken } from './strict-reader.js';
import { refused, type Refused } from './token-refusal.js';

/** The question a receipt must be the answer to. */
export type ReceiptExpectation = {
  /** The platform's public URL, or several while it moves. */
  readonly issuer: string | readonly string[];
  /** Canonical form of the domain that was asked about; `undefined` when none was sent. */
  readonly domain: string | undefined;
  /** Left out, a receipt for any license passes: for keys whose license the client does not know yet. */
  readonly licenseId?: string;
  /** Epoch milliseconds. */
  readonly now: number;
} & (
  | { readonly nonce: string; readonly allowLease?: false }
  /** Takes a kept receipt until `exp`, not only until `fresh_until`; the nonce may be gone by then. */
  | { readonly nonce?: string; readonly allowLease: true }
);

/** A receipt that answers the question. `fresh` is false when only the lease (`exp`) still carries it. */
export interface VerifiedReceipt {
  readonly ok: true;
  readonly kid: string;
  readonly receipt: ReceiptPayload;
  readonly fresh: boolean;
}

/**
 * Verifies a receipt of either format (four parts: one of a batch; three: an ordinary JWS). Order of checks: the strict
 * reader's, key and its purpose, nonce, shape, bounds, issuer, domain, license, times; then at most eight hashes and one
 * signature. A refusal (`valid: false`) may lack what was not found or not readable: domain, license.
 */
export function verifyReceipt(
  receipt: string,
  keySet: KeySet,
  expected: ReceiptExpectation,
): VerifiedReceipt | Refused {
  const batched = receipt.split('.', 4).length === 4;
  const read = readToken(receipt, batched ? { parts: 4, typ: RECEIPT_TYP } : { parts: 3, typ: RECEIPT_JWS_TYP });
  if (!read.ok) return read;
  const found = findKey(read.kid, keySet, 'receipt');
  if (!found.ok) return found;
  const { nonce } = read.payload.members;
  if (expected.nonce !== undefined && nonce !== expected.nonce) return refused('nonce_mismatch', 'nonce');
  const shaped = readReceiptPayload(read.payload);
  if (!shaped.ok) return shaped;
  const mismatch = findMismatch(shaped.receipt, expected);
  if (mismatch !== undefined) return mismatch;
  const signed = batched ? batchBytes(read) : Buffer.from(read.signingInput, 'latin1');
  if (signed === undefined) return refused('invalid_path');
  if (!verify(null, signed, found.key.publicKey, read.signature)) return refused('signature_mismatch');
  return { ok: true, kid: read.kid, receipt: shaped.receipt, fresh: isFresh(shaped.receipt, expected.now) };
}

function findMismatch(receipt: ReceiptPayload, expected: ReceiptExpectation): Refused | undefined {
  const { issuer, domain, licenseId, now } = expected;
  if (!(typeof issuer === 'string' ? issuer === receipt.iss : issuer.includes(receipt.iss))) {
    return refused('issuer_mismatch', 'iss');
  }
  const mayLack = (value: string | undefined): boolean => value === undefined && !receipt.valid;
  if (receipt.domain !== domain && !mayLack(receipt.domain)) return refused('domain_mismatch', 'domain');
  if (licenseId !== undefined && receipt.sub !== licenseId && !mayLack(receipt.sub)) {
    return refused('license_mismatch', 'sub');
  }
  if (isInFuture(receipt.iat, now)) return refused('issued_in_future', 'iat');
  if (receipt.exp * 1000 <= now) return refused('expired', 'exp');
  if (expected.allowLease !== true && !isFresh(receipt, now)) return refused('stale', 'fresh_until');
  return undefined;
}

const isFresh = (receipt: ReceiptPayload, now: number): boolean => now < receipt.fresh_until * 1000;

function batchBytes(read: ReadToken): Buffer | undefined {
  const top = climb(hashLeaf(read.signingInput), read.path);
  return top === undefined ? undefined : signedBytes(top.count, top.root);
}
