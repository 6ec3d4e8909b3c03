export { DAY_MS, HOUR_MS, daysAfter, type Instant } from './instant.js';
export type { Decider, Decision } from './decider.js';

export type { BindingKind, DomainPolicy, Enforcement, EnforcementMode, PeriodRule, Plan } from './plans/plan.js';
export { completePlan, type PlanDraft } from './plans/complete-plan.js';

export type { Assurance, Binding, Environment, License, LicenseKey, LicenseState } from './license/license.js';
export type { Actor, DomainRequest, LicenseCommand } from './license/license-command.js';
export type { LicenseEvent, LicenseTerms } from './license/license-event.js';
export { LICENSE_REFUSAL_CODES, type LicenseRefusal, type LicenseRefusalCode } from './license/license-refusal.js';
export { licenseDecider } from './license/license-decider.js';
export { graceOf, shownStatus, validUntil, type Grace, type ShownStatus } from './license/shown-status.js';
export { nextDeadlines, type Deadline } from './license/next-deadlines.js';
export { acceptsKey, acceptsTokenVersion } from './license/license-keys.js';

export { canonicalizeHost, hasDevelopmentEnvironment } from './domains/canonicalize-host.js';
export type { CanonicalHost, HostKind, HostRefusalReason, RefusedHost } from './domains/canonicalize-host.js';
export { hostOfOrigin } from './domains/host-of-origin.js';
export { parseBinding, type ParsedBinding } from './domains/parse-binding.js';
export { matchDomain } from './domains/match-domain.js';
export { coveringBinding } from './domains/covering-binding.js';

export { VERDICT_CODES } from './verdicts/verdict.js';
export type {
  Denial,
  DenialCode,
  Granted,
  TokenRefusalCode,
  Verdict,
  VerdictCode,
  Warning,
} from './verdicts/verdict.js';
export type { Facts, MeterUsage, Reference, SeatOutcome, ValidationRequest } from './verdicts/facts.js';
export { validate } from './verdicts/validate.js';
export { explain, type CheckReport } from './verdicts/explain.js';

export { periodOf, type Period } from './usage-period/period-of.js';
export { isTimeZone } from './usage-period/zoned-time.js';
