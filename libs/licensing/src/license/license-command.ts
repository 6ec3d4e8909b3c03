import type { Instant } from '../instant.js';
import type { Plan } from '../plans/plan.js';

/** Who asks. Recorded beside the events, never inside them. */
export interface Actor {
  readonly type: 'api_key' | 'operator' | 'system';
  /** Id of the API key, or the name of the part of the system. */
  readonly id: string;
}

/** A domain as the caller spelled it. */
export interface DomainRequest {
  readonly domain: string;
  /** Exact domains only: cover `www.<domain>` too. */
  readonly www: boolean;
}

interface Asked {
  readonly now: Instant;
  readonly actor: Actor;
}

export interface IssueLicense extends Asked {
  readonly type: 'IssueLicense';
  readonly licenseId: string;
  readonly tenantId: string;
  readonly plan: Plan;
  /** SHA-256 of the first key (the license id), lower-case hex. */
  readonly keyHash: string;
  readonly domains: readonly DomainRequest[];
  readonly customerReference: string | null;
  /** Replaces the plan's features. */
  readonly features: readonly string[] | null;
  /** Laid over the plan's limits, limit by limit. */
  readonly limits: Readonly<Record<string, number>> | null;
  /** `null`: now. */
  readonly startsAt: Instant | null;
  /** `null`: by the plan's trial or duration. */
  readonly expiresAt: Instant | null;
}

export interface RenewLicense extends Asked {
  readonly type: 'RenewLicense';
  /** `null`: by the plan's duration. */
  readonly expiresAt: Instant | null;
}

export interface SuspendLicense extends Asked {
  readonly type: 'SuspendLicense';
  readonly reason: string;
}

export interface ReinstateLicense extends Asked {
  readonly type: 'ReinstateLicense';
  readonly reason: string;
}

export interface CancelLicense extends Asked {
  readonly type: 'CancelLicense';
  readonly note: string | null;
}

export interface RevokeLicense extends Asked {
  readonly type: 'RevokeLicense';
  readonly note: string | null;
}

export interface BindDomain extends Asked, DomainRequest {
  readonly type: 'BindDomain';
}

/** Late binding: the domain of the first validation. Never refused; it binds or stays quiet. */
export interface BindFirstDomain extends Asked {
  readonly type: 'BindFirstDomain';
  readonly domain: string;
}

export interface ReleaseDomain extends Asked {
  readonly type: 'ReleaseDomain';
  readonly domain: string;
}

/** `to` is covered with its `www.` host when `from` was. */
export interface MoveDomain extends Asked {
  readonly type: 'MoveDomain';
  readonly from: string;
  readonly to: string;
}

/** Applies a plan: features, limits and policies become the plan's, overrides included; the term stays. */
export interface ChangePlan extends Asked {
  readonly type: 'ChangePlan';
  readonly plan: Plan;
}

/** The features from now on, all of them. */
export interface ChangeFeatures extends Asked {
  readonly type: 'ChangeFeatures';
  readonly features: readonly string[];
}

/** Limits to lay over the present ones; `null` takes a limit away. */
export interface ChangeLimits extends Asked {
  readonly type: 'ChangeLimits';
  readonly limits: Readonly<Record<string, number | null>>;
}

/** Metadata lives in a mutable row; the aggregate only says that it changed. */
export interface ChangeMetadata extends Asked {
  readonly type: 'ChangeMetadata';
}

export interface RotateKey extends Asked {
  readonly type: 'RotateKey';
  /** SHA-256 of the new key, lower-case hex. */
  readonly keyHash: string;
  /** How long the former key stays good. */
  readonly overlapHours: number;
}

/** The scheduler: `days` before `expiresAt`. */
export interface MarkExpiring extends Asked {
  readonly type: 'MarkExpiring';
  readonly days: number;
  readonly expiresAt: Instant;
}

export interface MarkExpired extends Asked {
  readonly type: 'MarkExpired';
  readonly expiresAt: Instant;
}

export interface EndGrace extends Asked {
  readonly type: 'EndGrace';
  readonly expiresAt: Instant;
}

export type LicenseCommand =
  | IssueLicense
  | RenewLicense
  | SuspendLicense
  | ReinstateLicense
  | CancelLicense
  | RevokeLicense
  | BindDomain
  | BindFirstDomain
  | ReleaseDomain
  | MoveDomain
  | ChangePlan
  | ChangeFeatures
  | ChangeLimits
  | ChangeMetadata
  | RotateKey
  | MarkExpiring
  | MarkExpired
  | EndGrace;
