import type { Instant } from '../instant.js';
import type { BindingKind, DomainPolicy, Enforcement, PeriodRule } from '../plans/plan.js';

/** How a binding is known to be true: somebody said so, a browser or trusted proxy said so, or control was proven. */
export type Assurance = 'declared' | 'observed' | 'proven';

export type Environment = 'production' | 'development';

/** A domain a license is bound to. */
export interface Binding {
  /** Canonical pattern and identity of the binding: `example.com`, `*.example.com` or `**.example.com`. */
  readonly domain: string;
  readonly kind: BindingKind;
  /** Exact bindings only: whether `www.<domain>` is covered too. */
  readonly www: boolean;
  readonly assurance: Assurance;
  readonly environment: Environment;
  readonly boundAt: Instant;
}

/** A production slot that was given up and not taken again: filling it with another domain counts as a move. */
export interface ReleasedSlot {
  readonly domain: string;
  readonly at: Instant;
}

/** A key callers pass as `licenseKey`, by its SHA-256 only. */
export interface LicenseKey {
  /** SHA-256 of the key, lower-case hex. */
  readonly hash: string;
  /** First version whose tokens stand for this key; the next entry's `sinceVersion` ends the range. */
  readonly sinceVersion: number;
  /** End of the overlap after a rotation; `null` for the newest key. */
  readonly validUntil: Instant | null;
}

/**
 * The full effective state of a license: what every event carries, what validators hold, what the API shows.
 *
 * Always true: there is at least one key and only the newest one is open-ended; a trial has an `expiresAt`; `startsAt <
 * expiresAt`; production bindings fit `domainPolicy.max`; no two bindings have the same domain; a revoked license never
 * changes again.
 */
export interface License {
  readonly id: string;
  readonly tenantId: string;
  readonly productId: string;
  readonly planId: string;
  /** The plan's name when it was applied. */
  readonly plan: string;
  readonly customerReference: string | null;
  readonly trial: boolean;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  readonly enforcement: Enforcement;
  readonly period: PeriodRule;
  readonly domainPolicy: DomainPolicy;
  readonly bindings: readonly Binding[];
  readonly releasedSlots: readonly ReleasedSlot[];
  readonly lastMovedAt: Instant | null;
  readonly startsAt: Instant;
  /** First instant at which the license is past its term; `null`: perpetual. */
  readonly expiresAt: Instant | null;
  /** In force now: the trial's grace while `trial`, `planGraceDays` otherwise. */
  readonly graceDays: number;
  /** The plan's duration, for renewals without a date; `null`: perpetual. */
  readonly planDurationDays: number | null;
  /** The plan's grace for paid licenses, in force once a trial is converted. */
  readonly planGraceDays: number;
  /** Reasons, in the order they were given; the license is suspended while there is one. */
  readonly suspensions: readonly string[];
  readonly cancelledAt: Instant | null;
  readonly revokedAt: Instant | null;
  /** Newest last. */
  readonly keys: readonly LicenseKey[];
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  /** Number of events so far, which is the stream's version. */
  readonly version: number;
}

/** The aggregate's state: the license, and what only its own decisions need. */
export type LicenseState =
  | { readonly status: 'none' }
  | {
      readonly status: 'issued';
      readonly license: License;
      /** When the present `expiresAt` was set: notices due before that are never told. */
      readonly expirySetAt: Instant;
      /** What has been told, one `noticeKey` per (kind, expiresAt). */
      readonly told: readonly string[];
    };
