import {
  completePlan,
  type License,
  type LicenseCommand,
  licenseDecider,
  type LicenseState,
  type PlanDraft,
} from '@leasehold/licensing';

/** Facts for tests without a database. */
export const NOW = Date.parse('2026-03-01T00:00:00Z');
export const CAUSE = { now: NOW, actor: { type: 'api_key', id: 'key_1' } } as const;

export const aPlan = (changes: Partial<PlanDraft> = {}) =>
  completePlan({
    id: 'plan_1',
    productId: 'prod_1',
    name: 'professional',
    features: ['analytics'],
    limits: { apiCalls: 1_000 },
    durationDays: 365,
    domainPolicy: { max: 100, kinds: ['exact', 'wildcard', 'subtree'] },
    ...changes,
  });

export const issueCommand = (
  changes: Partial<Extract<LicenseCommand, { type: 'IssueLicense' }>> = {},
): LicenseCommand => ({
  type: 'IssueLicense',
  ...CAUSE,
  licenseId: 'lic_7d3mzk4qf8x2v6n0c7r5t9wb4e1s',
  tenantId: 'ten_1',
  plan: aPlan(),
  keyHash: 'a'.repeat(64),
  domains: [],
  customerReference: null,
  features: null,
  limits: null,
  startsAt: null,
  expiresAt: null,
  ...changes,
});

/** The state after commands, each of which must be accepted. */
export const stateAfter = (...commands: readonly LicenseCommand[]): LicenseState => {
  let state: LicenseState = licenseDecider.initial;
  for (const command of commands) {
    const decision = licenseDecider.decide(state, command);
    if ('refusal' in decision) throw new Error(`${command.type} was refused: ${decision.refusal.detail}`);
    state = decision.events.reduce(licenseDecider.evolve, state);
  }
  return state;
};

export const licenseIn = (state: LicenseState): License => {
  if (state.status === 'none') throw new Error('no license was issued');
  return state.license;
};
