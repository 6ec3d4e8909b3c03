/** What is wrong with a key. */
export type InvalidKeyReason =
  | 'malformed'
  | 'non_canonical'
  | 'low_order'
  | 'not_on_curve'
  | 'wrong_kid'
  | 'duplicate_kid'
  | 'private_key_in_set'
  | 'public_half_differs';

/** Thrown when a key cannot be loaded; never carries key material. */
export class InvalidKeyError extends Error {
  readonly reason: InvalidKeyReason;

  constructor(reason: InvalidKeyReason, kid?: string) {
    super(kid === undefined ? `The key is refused: ${reason}.` : `The key ${kid} is refused: ${reason}.`);
    this.name = 'InvalidKeyError';
    this.reason = reason;
  }
}
