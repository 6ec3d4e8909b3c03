/** What a binding covers: one host, exactly one label below it, or the host and everything below it. */
export type BindingKind = 'exact' | 'wildcard' | 'subtree';

/** Which domains a license of a plan may be bound to, and how often that may change. */
export interface DomainPolicy {
  /** Production bindings at a time. */
  readonly max: number;
  readonly kinds: readonly BindingKind[];
  /** Whether development hosts validate (unbound and unlimited, as `environment: development`). */
  readonly development: boolean;
  /** Whether a license without a domain is bound by its first validation. */
  readonly lateBinding: boolean;
  readonly moveCooldownHours: number;
  readonly movesPerYear: number;
}

/** `hard` refuses once the limit is used up, `soft` only warns. */
export type EnforcementMode = 'hard' | 'soft';

/** By meter. A meter that is not named here can not refuse: its limit is an entitlement that is reported only. */
export type Enforcement = Readonly<Record<string, EnforcementMode>>;

/** How the period of a limit is cut; the anchor is the license's `startsAt`. */
export interface PeriodRule {
  readonly unit: 'month' | 'day';
  /** IANA time zone name. */
  readonly timezone: string;
}

/** A template for licenses. Changing a plan never changes a license that was issued from it. */
export interface Plan {
  readonly id: string;
  readonly productId: string;
  readonly name: string;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  readonly enforcement: Enforcement;
  readonly period: PeriodRule;
  /** `null`: perpetual. */
  readonly durationDays: number | null;
  /** A plan with `trialDays` issues trials; `null`: it does not. */
  readonly trialDays: number | null;
  readonly trialGraceDays: number;
  readonly graceDays: number;
  readonly domainPolicy: DomainPolicy;
}
