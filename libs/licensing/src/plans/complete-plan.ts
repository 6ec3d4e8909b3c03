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

export const DEFAULT_DOMAIN_POLICY: DomainPolicy = {
  max: 1,
  kinds: ['exact'],
  development: true,
  lateBinding: false,
  moveCooldownHours: 24,
  movesPerYear: 12,
};

const DEFAULT_ENFORCEMENT: Enforcement = { apiCalls: 'hard' };
const DEFAULT_PERIOD: PeriodRule = { unit: 'month', timezone: 'UTC' };
const DEFAULT_GRACE_DAYS = 7;

/** Fills a draft up: 7 days of grace (none for trials), one exact domain, `apiCalls` hard, monthly in UTC, perpetual. */
export const completePlan = (draft: PlanDraft): Plan => {
  const { domainPolicy: domains, period } = draft;
  return {
    id: draft.id,
    productId: draft.productId,
    name: draft.name,
    features: [...new Set(draft.features)],
    limits: draft.limits,
    enforcement: { ...DEFAULT_ENFORCEMENT, ...draft.enforcement },
    period: {
      unit: period?.unit ?? DEFAULT_PERIOD.unit,
      timezone: period?.timezone ?? DEFAULT_PERIOD.timezone,
    },
    durationDays: draft.durationDays ?? null,
    trialDays: draft.trialDays ?? null,
    trialGraceDays: draft.trialGraceDays ?? 0,
    graceDays: draft.graceDays ?? DEFAULT_GRACE_DAYS,
    domainPolicy: {
      max: domains?.max ?? DEFAULT_DOMAIN_POLICY.max,
      kinds: domains?.kinds ?? DEFAULT_DOMAIN_POLICY.kinds,
      development: domains?.development ?? DEFAULT_DOMAIN_POLICY.development,
      lateBinding: domains?.lateBinding ?? DEFAULT_DOMAIN_POLICY.lateBinding,
      moveCooldownHours: domains?.moveCooldownHours ?? DEFAULT_DOMAIN_POLICY.moveCooldownHours,
      movesPerYear: domains?.movesPerYear ?? DEFAULT_DOMAIN_POLICY.movesPerYear,
    },
  };
};
