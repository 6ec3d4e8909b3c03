import type { DomainPolicy, Enforcement, PeriodRule, Plan } from './plan.js';

type Optional<T> = { readonly [Key in keyof T]?: T[Key] | null | undefined };

/** A plan as somebody writes it: `null` means absent, and what is absent has a default. */
export interface PlanDraft {
  readonly id: string;
  readonly productId: string;
  readonly name: string;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  readonly enforcement?: Enforcement | null | undefined;
  readonly period?: Optional<PeriodRule> | null | undefined;
  readonly durationDays?: number | null | undefined;
  readonly trialDays?: number | null | undefined;
  readonly trialGraceDays?: number | null | undefined;
  readonly graceDays?: number | null | undefined;
  readonly domainPolicy?: Optional<DomainPolicy> | null | undefined;
}

const DEFAULT_DOMAIN_POLICY: DomainPolicy = {
  max: 1,
  kinds: ['exact'],
  development: true,
  lateBinding: false,
  moveCooldownHours: 24,
  movesPerYear: 12,
};

const completeDomainPolicy = (draft: PlanDraft['domainPolicy']): DomainPolicy => ({
  max: draft?.max ?? DEFAULT_DOMAIN_POLICY.max,
  kinds: draft?.kinds ?? DEFAULT_DOMAIN_POLICY.kinds,
  development: draft?.development ?? DEFAULT_DOMAIN_POLICY.development,
  lateBinding: draft?.lateBinding ?? DEFAULT_DOMAIN_POLICY.lateBinding,
  moveCooldownHours: draft?.moveCooldownHours ?? DEFAULT_DOMAIN_POLICY.moveCooldownHours,
  movesPerYear: draft?.movesPerYear ?? DEFAULT_DOMAIN_POLICY.movesPerYear,
});

const completePeriod = (draft: PlanDraft['period']): PeriodRule => ({
  unit: draft?.unit ?? 'month',
  timezone: draft?.timezone ?? 'UTC',
});

const DEFAULT_ENFORCEMENT: Enforcement = { apiCalls: 'hard' };
const DEFAULT_GRACE_DAYS = 7;

/** Fills a draft up: 7 days of grace (none for trials), one exact domain, `apiCalls` hard, monthly in UTC, perpetual. */
export const completePlan = (draft: PlanDraft): Plan => ({
  id: draft.id,
  productId: draft.productId,
  name: draft.name,
  features: [...new Set(draft.features)],
  limits: draft.limits,
  enforcement: { ...DEFAULT_ENFORCEMENT, ...draft.enforcement },
  period: completePeriod(draft.period),
  durationDays: draft.durationDays ?? null,
  trialDays: draft.trialDays ?? null,
  trialGraceDays: draft.trialGraceDays ?? 0,
  graceDays: draft.graceDays ?? DEFAULT_GRACE_DAYS,
  domainPolicy: completeDomainPolicy(draft.domainPolicy),
});
