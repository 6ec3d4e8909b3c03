import { DAY_MS, type Instant } from '../src/instant.js';
import { completePlan, type PlanDraft } from '../src/plans/complete-plan.js';
import type { Plan } from '../src/plans/plan.js';
import { decideLicense } from '../src/license/decide-license.js';
import { evolveLicense } from '../src/license/evolve-license.js';
import type { IssueLicense, LicenseCommand } from '../src/license/license-command.js';
import type { LicenseEvent } from '../src/license/license-event.js';
import type { License, LicenseState } from '../src/license/license.js';

/** Facts for tests: one plan, one license, one clock that starts at `T0`. */
export const T0: Instant = Date.UTC(2026, 0, 1);
export const at = (days: number): Instant => T0 + days * DAY_MS;

export const hash = (digit: string): string => digit.repeat(64);

export const aPlan = (changes: Partial<PlanDraft> = {}): Plan =>
  completePlan({
    id: 'plan_pro',
    productId: 'prod_1',
    name: 'professional',
    features: ['analytics'],
    limits: { apiCalls: 1000, seats: 10 },
    durationDays: 365,
    domainPolicy: { max: 2, kinds: ['exact', 'wildcard', 'subtree'] },
    ...changes,
  });

type Details<Type extends LicenseCommand['type']> = Omit<
  Extract<LicenseCommand, { type: Type }>,
  'type' | 'now' | 'actor'
>;

/** A command on day `day`. */
export const ask = <Type extends LicenseCommand['type']>(
  type: Type,
  day: number,
  details: Details<Type>,
): Extract<LicenseCommand, { type: Type }> =>
  ({ type, now: at(day), actor: { type: 'api_key', id: 'key_1' }, ...details }) as unknown as Extract<
    LicenseCommand,
    { type: Type }
  >;

export const issue = (changes: Partial<IssueLicense> = {}): IssueLicense => ({
  type: 'IssueLicense',
  now: T0,
  actor: { type: 'api_key', id: 'key_1' },
  licenseId: 'lic_1',
  tenantId: 'ten_1',
  plan: aPlan(),
  keyHash: hash('a'),
  domains: [{ domain: 'example.com', www: true }],
  customerReference: 'cust-1',
  features: null,
  limits: null,
  startsAt: null,
  expiresAt: null,
  ...changes,
});

/** The events of commands that must all be accepted, from nothing on. */
export const eventsOf = (...commands: readonly LicenseCommand[]): readonly LicenseEvent[] => {
  let state: LicenseState = { status: 'none' };
  const events: LicenseEvent[] = [];
  for (const command of commands) {
    const decision = decideLicense(state, command);
    if ('refusal' in decision) throw new Error(`${command.type} was refused: ${decision.refusal.detail}`);
    events.push(...decision.events);
    state = decision.events.reduce(evolveLicense, state);
  }
  return events;
};

export const licenseIn = (state: LicenseState): License => {
  if (state.status === 'none') throw new Error('no license was issued');
  return state.license;
};

export const licenseAfter = (...commands: readonly LicenseCommand[]): License =>
  licenseIn(eventsOf(...commands).reduce<LicenseState>(evolveLicense, { status: 'none' }));
