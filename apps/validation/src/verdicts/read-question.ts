/** Longest nonce that is echoed and signed. */
const LONGEST_NONCE = 512;

/** What a caller asks, as it was sent: nothing of it has been looked up or made canonical. */
export interface Question {
  /** Empty when there was none. */
  readonly licenseKey: string;
  readonly domain: string | undefined;
  readonly nonce: string | undefined;
  readonly product: string | undefined;
  readonly features: readonly string[] | undefined;
  /** Whether the receipt is to be an ordinary JWS. */
  readonly jws: boolean;
}

/** Why a body cannot be read as a question, and where. */
export interface Unreadable {
  readonly pointer: string;
  readonly message: string;
}

interface Members {
  readonly licenseKey?: unknown;
  readonly domain?: unknown;
  readonly nonce?: unknown;
  readonly product?: unknown;
  readonly features?: unknown;
  readonly receiptFormat?: unknown;
}

interface WellTyped {
  readonly licenseKey?: string | null;
  readonly domain?: string | null;
  readonly nonce?: string | null;
  readonly product?: string | null;
  readonly features?: readonly string[] | null;
  readonly receiptFormat?: string | null;
}

const NOT_TEXT = 'must be a string';

/**
 * Reads the body of a validation. Written by hand, since it stands in the hottest path: members that are not known are
 * passed over, `null` means absent, and what has the right type is never refused here, but for a nonce that no receipt
 * could carry.
 */
export function readQuestion(body: unknown): Question | Unreadable {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return { pointer: '', message: 'must be an object' };
  }
  const members = body as Members;
  const fault = faultOf(members);
  if (fault !== undefined) return fault;
  const { licenseKey, domain, nonce, product, features, receiptFormat } = members as WellTyped;
  return {
    licenseKey: licenseKey ?? '',
    domain: domain ?? undefined,
    // an empty one proves nothing, and a receipt must have one
    nonce: nonce === '' ? undefined : (nonce ?? undefined),
    product: product ?? undefined,
    features: features ?? undefined,
    jws: receiptFormat === 'jws',
  };
}

function faultOf({ licenseKey, domain, nonce, product, features, receiptFormat }: Members): Unreadable | undefined {
  if (!isTextOrAbsent(licenseKey)) return { pointer: '/licenseKey', message: NOT_TEXT };
  if (!isTextOrAbsent(domain)) return { pointer: '/domain', message: NOT_TEXT };
  if (!isTextOrAbsent(product)) return { pointer: '/product', message: NOT_TEXT };
  if (features != null && !isTexts(features)) return { pointer: '/features', message: 'must be an array of strings' };
  if (receiptFormat != null && receiptFormat !== 'batch' && receiptFormat !== 'jws') {
    return { pointer: '/receiptFormat', message: 'must be "batch" or "jws"' };
  }
  return faultOfNonce(nonce);
}

function faultOfNonce(nonce: unknown): Unreadable | undefined {
  if (!isTextOrAbsent(nonce)) return { pointer: '/nonce', message: NOT_TEXT };
  if (nonce == null || (nonce.length <= LONGEST_NONCE && nonce.isWellFormed())) return undefined;
  return { pointer: '/nonce', message: `must be well-formed text of at most ${LONGEST_NONCE} characters` };
}

export const isUnreadable = (read: Question | Unreadable): read is Unreadable => 'pointer' in read;

const isTextOrAbsent = (value: unknown): value is string | null | undefined =>
  typeof value === 'string' || value == null;

const isTexts = (value: unknown): value is readonly string[] => {
  if (!Array.isArray(value)) return false;
  for (const item of value) if (typeof item !== 'string') return false;
  return true;
};
