import { sign } from 'node:crypto';
import { encodeBase64url } from './base64url.js';
import { growTree, HASH_LENGTH, hashLeaf, MAX_RECEIPT_BATCH, PATH_HEAD_LENGTH, signedBytes } from './receipt-tree.js';
import type { SigningKey } from './signing-key.js';

/** The `typ` of a receipt that shares its signature. */
export const RECEIPT_TYP = 'validation-receipt';

/** The `typ` of a receipt that is an ordinary JWS. */
export const RECEIPT_JWS_TYP = 'validation-receipt+jwt';

/**
 * Most bytes of a payload: with the longest path such a receipt still has fewer than the 8192 bytes a verifier reads.
 * The caller checks it, so that one answer never spoils the batch of others.
 */
export const MAX_RECEIPT_PAYLOAD_BYTES = 5600;

const MAX_LEVELS = 8;

/** Signs receipts with one key, in either format. */
export interface ReceiptSigner {
  readonly kid: string;
  /**
   * Receipts for all these payloads (JSON texts), in their order, under one signature: a Merkle tree as in Roughtime
   * (RFC 10049). At most 256; one alone is a batch like any other.
   */
  signBatch(payloads: readonly string[]): string[];
  /** One receipt as an ordinary JWS (RFC 7515) in compact form. */
  signJws(payload: string): string;
}

/**
 * A signer whose header and buffers are made once. Payloads are not looked into: the caller builds them from
 * `ReceiptPayload` and keeps them within {@link MAX_RECEIPT_PAYLOAD_BYTES}. Throws when the key is for another purpose.
 */
export function createReceiptSigner(key: SigningKey): ReceiptSigner {
  if (key.purpose !== 'receipt') throw new TypeError(`A ${key.purpose} key does not sign receipts.`);
  const head = protectedHead(RECEIPT_TYP, key.kid);
  const jwsHead = protectedHead(RECEIPT_JWS_TYP, key.kid);
  const path = Buffer.alloc(PATH_HEAD_LENGTH + MAX_LEVELS * HASH_LENGTH);
  const signText = (bytes: Buffer): string => sign(null, bytes, key.privateKey).toString('base64url');

  return {
    kid: key.kid,
    signBatch(payloads) {
      const count = payloads.length;
      if (count > MAX_RECEIPT_BATCH) throw new RangeError(`${count} receipts do not fit under one signature.`);
      const inputs = payloads.map((payload) => head + encodeBase64url(payload));
      const levels = growTree(inputs.map(hashLeaf));
      const root = levels.at(-1)?.[0];
      if (root === undefined) return [];
      const signature = signText(signedBytes(count, root));
      path.writeUInt16BE(count, 2);
      return inputs.map((input, index) => {
        path.writeUInt16BE(index, 0);
        const length = writeSiblings(path, levels, index);
        return `${input}.${path.toString('base64url', 0, length)}.${signature}`;
      });
    },
    signJws(payload) {
      const input = jwsHead + encodeBase64url(payload);
      return `${input}.${signText(Buffer.from(input, 'latin1'))}`;
    },
  };
}

/** The encoded header and the dot behind it. */
const protectedHead = (typ: string, kid: string): string =>
  `${encodeBase64url(JSON.stringify({ alg: 'EdDSA', typ, kid }))}.`;

/** Writes the hashes a verifier needs beside its own, lowest level first; returns where they end. */
function writeSiblings(path: Buffer, levels: readonly (readonly Buffer[])[], index: number): number {
  let end = PATH_HEAD_LENGTH;
  let at = index;
  for (const level of levels) {
    const sibling = level[at ^ 1];
    if (sibling !== undefined) {
      path.set(sibling, end);
      end += HASH_LENGTH;
    }
    at >>= 1;
  }
  return end;
}
