import { hash } from 'node:crypto';

/** Most receipts one signature covers. */
export const MAX_RECEIPT_BATCH = 256;

/** Bytes of a node's hash. */
export const HASH_LENGTH = 32;

/** Bytes in front of a path's sibling hashes: index and count, two bytes each, big-endian. */
export const PATH_HEAD_LENGTH = 4;

const CONTEXT = Buffer.from('leasehold-receipt-v1\0', 'latin1');

/** The hash of a leaf: SHA-256(0x00 ‖ ASCII(protected "." payload)). */
export const hashLeaf = (signingInput: string): Buffer => hash('sha256', `\0${signingInput}`, 'buffer');

const nodeInput = Buffer.alloc(1 + 2 * HASH_LENGTH, 1);

/** The hash of an inner node: SHA-256(0x01 ‖ left ‖ right). */
export function hashNode(left: Uint8Array, right: Uint8Array): Buffer {
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + HASH_LENGTH);
  return hash('sha256', nodeInput, 'buffer');
}

/** What is signed: "leasehold-receipt-v1" ‖ 0x00 ‖ count (2 bytes, big-endian) ‖ root. */
export function signedBytes(count: number, root: Uint8Array): Buffer {
  return Buffer.concat([CONTEXT, Buffer.of(count >> 8, count & 0xff), root]);
}

/** All levels of the tree, leaves first, root last. The last node of an odd level moves up as it is. */
export function growTree(leaves: readonly Buffer[]): readonly (readonly Buffer[])[] {
  const levels = [leaves];
  for (let level = leaves; level.length > 1; levels.push(level)) level = parentsOf(level);
  return levels;
}

function parentsOf(level: readonly Buffer[]): Buffer[] {
  const parents: Buffer[] = [];
  for (let at = 0; at < level.length; at += 2) {
    const left = level[at];
    const right = level[at + 1];
    if (left !== undefined) parents.push(right === undefined ? left : hashNode(left, right));
  }
  return parents;
}

/**
 * The root that a leaf and its path lead to, with the number of leaves the path claims; `undefined` when the path is
 * not exactly as long as its index and count demand.
 */
export function climb(leaf: Buffer, path: Buffer): { readonly count: number; readonly root: Buffer } | undefined {
  if (path.length < PATH_HEAD_LENGTH) return undefined;
  const index = path.readUInt16BE(0);
  const count = path.readUInt16BE(2);
  if (count > MAX_RECEIPT_BATCH || index >= count) return undefined;
  let node = leaf;
  let used = PATH_HEAD_LENGTH;
  for (let at = index, width = count; width > 1; at >>= 1, width = (width + 1) >> 1) {
    if (at === width - 1 && width % 2 === 1) continue;
    const sibling = path.subarray(used, used + HASH_LENGTH);
    if (sibling.length !== HASH_LENGTH) return undefined;
    used += HASH_LENGTH;
    node = at % 2 === 0 ? hashNode(node, sibling) : hashNode(sibling, node);
  }
  return used === path.length ? { count, root: node } : undefined;
}
