import type { CanonicalHost, RefusedHost } from '../domains/canonicalize-host.js';
import type { Instant } from '../instant.js';
import type { License } from '../license/license.js';
import type { EnforcementMode } from '../plans/plan.js';
import type { TokenRefusalCode } from './verdict.js';

/** How the `licenseKey` of a request was read. A token is a reference: only its version matters from here on. */
export type Reference =
  | { readonly judged: 'malformed' }
  | { readonly judged: 'token_refused'; readonly code: TokenRefusalCode }
  | { readonly judged: 'key'; readonly hash: string }
  | { readonly judged: 'token'; readonly version: number };

/** What the caller asked, hosts canonicalized once by `canonicalizeHost` and `hostOfOrigin`. */
export interface ValidationRequest {
  readonly domain?: CanonicalHost | RefusedHost | undefined;
  /** Product the caller expects. */
  readonly product?: string | undefined;
  /** Features the caller demands. */
  readonly features?: readonly string[] | undefined;
  /** A browser's `Origin`. */
  readonly origin?: CanonicalHost | RefusedHost | undefined;
  /** Tenant of the caller's key; a license of another tenant is not found. */
  readonly tenantId?: string | undefined;
}

/** Use of one meter in the license's present period. */
export interface MeterUsage {
  readonly meter: string;
  /** With this call. */
  readonly used: number;
  readonly limit: number;
  readonly enforcement: EnforcementMode;
  readonly resetsAt: Instant;
}

/** `unconfirmed`: granted while the store of seats is away. */
export type SeatOutcome = 'not_asked' | 'granted' | 'unconfirmed' | 'refused';

/** Everything a verdict depends on. */
export interface Facts {
  readonly reference: Reference;
  /** What the reference stands for; `undefined`: nothing that is known. */
  readonly license: License | undefined;
  readonly request: ValidationRequest;
  readonly now: Instant;
  /** Limited meters only; empty: judged as if usage were free. */
  readonly usage: readonly MeterUsage[];
  readonly seat: SeatOutcome;
  /** Late binding: the first host this replica granted for the license, while the binding is pending. */
  readonly firstGrantedDomain?: string | undefined;
  /** Whether the view of licenses is older than it should be. */
  readonly stale?: boolean | undefined;
}
