import { createPublicKey, hash, type KeyObject } from 'node:crypto';
import { InvalidKeyError } from './invalid-key-error.js';

/** What a key may sign. A key has one purpose, and verifies nothing else. */
export type KeyPurpose = 'license' | 'receipt' | 'status' | 'webhook';

const PURPOSES: readonly string[] = ['license', 'receipt', 'status', 'webhook'] satisfies readonly KeyPurpose[];

/** The public half of a signing key. */
export interface VerificationKey {
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  readonly purpose: KeyPurpose;
  readonly publicKey: KeyObject;
  /** The 32 bytes of the public key, base64url. */
  readonly x: string;
}

/** Whether `value` is the name of a purpose. */
export const isKeyPurpose = (value: unknown): value is KeyPurpose =>
  typeof value === 'string' && PURPOSES.includes(value);

const P = 2n ** 255n - 19n;
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;

/** The y coordinates of the eight points whose order divides eight; a signature by such a key proves nothing. */
const LOW_ORDER_Y: readonly bigint[] = [
  0n,
  1n,
  P - 1n,
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n,
];

/**
 * Loads the 32 bytes of an Ed25519 public key (RFC 8032). OpenSSL loads any 32 bytes, and before
 * 3.5 lets a key of low order verify forgeries; refused here, by
 * {@link InvalidKeyError}: a coordinate that is not reduced, a point of low order, a point that is not on the curve.
 */
export function loadPublicKey(bytes: Uint8Array, purpose: KeyPurpose): VerificationKey {
  if (bytes.length !== 32) throw new InvalidKeyError('malformed');
  const y = BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`) & (2n ** 255n - 1n);
  if (y >= P) throw new InvalidKeyError('non_canonical');
  if (LOW_ORDER_Y.includes(y)) throw new InvalidKeyError('low_order');
  if (!isOnCurve(y)) throw new InvalidKeyError('not_on_curve');
  const x = Buffer.from(bytes).toString('base64url');
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return { kid: thumbprintOf(x), purpose, publicKey, x };
}

/** RFC 7638 thumbprint of an Ed25519 key: SHA-256 over its required members in their fixed order, base64url. */
const thumbprintOf = (x: string): string => hash('sha256', `{"crv":"Ed25519","kty":"OKP","x":"${x}"}`, 'base64url');

/** Whether x² = (y² − 1) / (d·y² + 1) has a solution, by Euler's criterion (y of low order is ruled out before). */
function isOnCurve(y: bigint): boolean {
  const ySquared = (y * y) % P;
  const ratio = ((ySquared + P - 1n) * (D * ySquared + 1n)) % P;
  return power(ratio, (P - 1n) / 2n) === 1n;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let bits = exponent; bits > 0n; bits >>= 1n) {
    if ((bits & 1n) === 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}
