/** The verdict codes a token or receipt can be refused with. */
export type TokenRefusalCode =
  'bad_signature' | 'unknown_key' | 'unsupported_alg' | 'wrong_type' | 'malformed' | 'not_yet_valid' | 'expired';

/** Every reason and the public code it is told by. A mismatch of context means: signed, but not for this question. */
const CODES = {
  too_large: 'malformed',
  wrong_part_count: 'malformed',
  not_canonical_base64url: 'malformed',
  invalid_utf8: 'malformed',
  byte_order_mark: 'malformed',
  invalid_json: 'malformed',
  not_an_object: 'malformed',
  duplicate_key: 'malformed',
  too_deep: 'malformed',
  lone_surrogate: 'malformed',
  forbidden_header: 'malformed',
  invalid_kid: 'malformed',
  invalid_claim: 'malformed',
  invalid_path: 'malformed',
  invalid_lifetime: 'malformed',
  issued_in_future: 'malformed',
  wrong_typ: 'wrong_type',
  audience_mismatch: 'wrong_type',
  wrong_alg: 'unsupported_alg',
  unknown_kid: 'unknown_key',
  wrong_purpose: 'unknown_key',
  issuer_mismatch: 'unknown_key',
  signature_mismatch: 'bad_signature',
  nonce_mismatch: 'bad_signature',
  domain_mismatch: 'bad_signature',
  license_mismatch: 'bad_signature',
  not_yet_valid: 'not_yet_valid',
  expired: 'expired',
  stale: 'expired',
} as const satisfies Record<string, TokenRefusalCode>;

/** The finer reason of a refusal, for logs, `explain` and tests. */
export type TokenRefusalReason = keyof typeof CODES;

/** Why a token or receipt was not accepted. `member` names the header member or claim it is about. */
export interface TokenRefusal {
  readonly code: TokenRefusalCode;
  readonly reason: TokenRefusalReason;
  readonly member?: string;
}

/** A refusal as the failed half of a result. */
export interface Refused {
  readonly ok: false;
  readonly refusal: TokenRefusal;
}

/** The refusal for `reason`; its code follows from it. */
export function refused(reason: TokenRefusalReason, member?: string): Refused {
  const code = CODES[reason];
  return { ok: false, refusal: member === undefined ? { code, reason } : { code, reason, member } };
}
