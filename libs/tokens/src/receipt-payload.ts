import { findMisshapenClaim, type ClaimShapes } from './claim-shapes.js';
import type { StrictJson } from './strict-json.js';
import { refused, type Refused } from './token-refusal.js';

const MAX_FRESH_SECONDS = 300;
const DEFAULT_LEASE_SECONDS = 86_400;
const MAX_LIFETIME_SECONDS = 30 * 86_400;

/** What a receipt says: the answer to one validation. All times are whole seconds since 1970. */
export interface ReceiptPayload {
  readonly valid: boolean;
  /** Verdict code. */
  readonly code: string;
  /** Public URL of the platform. */
  readonly iss: string;
  /** License id; missing, with all that hangs on it, when no license was found. */
  readonly sub?: string;
  /** Product id. */
  readonly aud?: string;
  /** The validated domain in canonical form; only a refusal may lack it. */
  readonly domain?: string;
  readonly environment?: 'production' | 'development';
  readonly seat?: string;
  readonly plan?: string;
  readonly features?: readonly string[];
  readonly limits?: Readonly<Record<string, number>>;
  /** Whether the license is past its end and held by grace. */
  readonly grace?: boolean;
  readonly graceEndsAt?: number;
  readonly expiresAt?: number;
  /** The client's. */
  readonly nonce: string;
  /** Random salt: keeps a sibling's hash from telling anything about it. */
  readonly jti: string;
  readonly iat: number;
  /** Until when this answers the nonce. At most five minutes after `iat`. */
  readonly fresh_until: number;
  /** Until when it may be used offline. At most 30 days after `iat`; a refusal's is its `fresh_until`. */
  readonly exp: number;
}

const SHAPES = {
  valid: 'boolean',
  code: 'text',
  iss: 'text',
  sub: { optional: 'text' },
  aud: { optional: 'text' },
  domain: { optional: 'text' },
  environment: { optional: 'environment' },
  seat: { optional: 'text' },
  plan: { optional: 'text' },
  features: { optional: 'texts' },
  limits: { optional: 'numbers' },
  grace: { optional: 'boolean' },
  graceEndsAt: { optional: 'natural' },
  expiresAt: { optional: 'natural' },
  nonce: 'text',
  jti: 'text',
  iat: 'natural',
  fresh_until: 'natural',
  exp: 'natural',
} as const satisfies ClaimShapes & Readonly<Record<keyof ReceiptPayload, unknown>>;

/** What a grant cannot lack: without them it would hold for any license, product or host. */
const GRANT_NEEDS = ['sub', 'aud', 'domain', 'environment'] as const;

/** The payload as a receipt's, if every claim has its shape and the two lifetimes are within bounds. */
export function readReceiptPayload(
  payload: StrictJson,
): { readonly ok: true; readonly receipt: ReceiptPayload } | Refused {
  const misshapen = findMisshapenClaim(payload, SHAPES);
  if (misshapen !== undefined) return refused('invalid_claim', misshapen);
  const receipt = payload.members as unknown as ReceiptPayload;
  const { valid, iat, fresh_until, exp } = receipt;
  const lacking = valid ? GRANT_NEEDS.find((name) => receipt[name] === undefined) : undefined;
  if (lacking !== undefined) return refused('invalid_claim', lacking);
  if (fresh_until < iat || fresh_until - iat > MAX_FRESH_SECONDS) return refused('invalid_lifetime', 'fresh_until');
  const leaseInBounds = valid ? fresh_until <= exp && exp - iat <= MAX_LIFETIME_SECONDS : exp === fresh_until;
  return leaseInBounds ? { ok: true, receipt } : refused('invalid_lifetime', 'exp');
}

/**
 * The times of a receipt made at `now` (epoch milliseconds): fresh for five minutes, a grant usable offline for
 * `leaseSeconds` (a day unless the plan says otherwise), neither past `endsAt` (epoch milliseconds: the end of grace, or
 * of the license where there is no grace).
 */
export function receiptTimes(request: {
  readonly now: number;
  readonly valid: boolean;
  readonly endsAt?: number;
  readonly leaseSeconds?: number;
}): Pick<ReceiptPayload, 'iat' | 'fresh_until' | 'exp'> {
  const iat = Math.floor(request.now / 1000);
  if (!request.valid) return { iat, fresh_until: iat + MAX_FRESH_SECONDS, exp: iat + MAX_FRESH_SECONDS };
  const end = request.endsAt === undefined ? Infinity : Math.max(iat, Math.floor(request.endsAt / 1000));
  const lease = Math.min(request.leaseSeconds ?? DEFAULT_LEASE_SECONDS, MAX_LIFETIME_SECONDS);
  const exp = Math.min(iat + lease, end);
  return { iat, fresh_until: Math.min(iat + MAX_FRESH_SECONDS, exp), exp };
}
