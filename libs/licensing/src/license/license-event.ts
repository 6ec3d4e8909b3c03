import type { Instant } from '../instant.js';
import type { Binding, License } from './license.js';

/** What a license takes over from its plan, overrides applied. */
export type LicenseTerms = Pick<
  License,
  | 'planId'
  | 'plan'
  | 'features'
  | 'limits'
  | 'enforcement'
  | 'period'
  | 'domainPolicy'
  | 'graceDays'
  | 'planDurationDays'
  | 'planGraceDays'
>;

interface Happened {
  readonly at: Instant;
}

export interface LicenseIssued extends Happened, LicenseTerms {
  readonly type: 'LicenseIssued';
  readonly licenseId: string;
  readonly tenantId: string;
  readonly productId: string;
  readonly customerReference: string | null;
  readonly trial: boolean;
  readonly bindings: readonly Binding[];
  readonly startsAt: Instant;
  readonly expiresAt: Instant | null;
  readonly keyHash: string;
}

/** Also lifts a cancellation. */
export interface LicenseRenewed extends Happened {
  readonly type: 'LicenseRenewed';
  readonly expiresAt: Instant | null;
}

/** A trial became a paid license; the plan's grace is in force. */
export interface TrialConverted extends Happened {
  readonly type: 'TrialConverted';
}

export interface PlanChanged extends Happened, LicenseTerms {
  readonly type: 'PlanChanged';
}

export interface FeaturesChanged extends Happened {
  readonly type: 'FeaturesChanged';
  readonly features: readonly string[];
}

export interface LimitsChanged extends Happened {
  readonly type: 'LimitsChanged';
  readonly limits: Readonly<Record<string, number>>;
}

export interface LicenseSuspended extends Happened {
  readonly type: 'LicenseSuspended';
  readonly reason: string;
}

export interface LicenseReinstated extends Happened {
  readonly type: 'LicenseReinstated';
  readonly reason: string;
}

export interface LicenseCancelled extends Happened {
  readonly type: 'LicenseCancelled';
  readonly note: string | null;
}

export interface LicenseRevoked extends Happened {
  readonly type: 'LicenseRevoked';
  readonly note: string | null;
}

export interface DomainBound extends Happened {
  readonly type: 'DomainBound';
  readonly binding: Binding;
  /** The released domain whose slot it fills; when that is another domain, this was a move. */
  readonly inPlaceOf: string | null;
}

export interface DomainReleased extends Happened {
  readonly type: 'DomainReleased';
  readonly domain: string;
}

export interface DomainMoved extends Happened {
  readonly type: 'DomainMoved';
  readonly from: string;
  readonly to: Binding;
}

export interface DomainProven extends Happened {
  readonly type: 'DomainProven';
  readonly domain: string;
}

export interface DomainProofLost extends Happened {
  readonly type: 'DomainProofLost';
  readonly domain: string;
}

export interface KeyRotated extends Happened {
  readonly type: 'KeyRotated';
  readonly keyHash: string;
  /** Until when the former key stays good. */
  readonly formerValidUntil: Instant;
}

export interface MetadataChanged extends Happened {
  readonly type: 'MetadataChanged';
}

export interface LicenseExpiring extends Happened {
  readonly type: 'LicenseExpiring';
  readonly days: number;
  readonly expiresAt: Instant;
}

export interface LicenseExpired extends Happened {
  readonly type: 'LicenseExpired';
  readonly expiresAt: Instant;
}

export interface GraceEnded extends Happened {
  readonly type: 'GraceEnded';
  readonly expiresAt: Instant;
}

/** Every fact of the life of a license. */
export type LicenseEvent =
  | LicenseIssued
  | LicenseRenewed
  | TrialConverted
  | PlanChanged
  | FeaturesChanged
  | LimitsChanged
  | LicenseSuspended
  | LicenseReinstated
  | LicenseCancelled
  | LicenseRevoked
  | DomainBound
  | DomainReleased
  | DomainMoved
  | DomainProven
  | DomainProofLost
  | KeyRotated
  | MetadataChanged
  | LicenseExpiring
  | LicenseExpired
  | GraceEnded;
