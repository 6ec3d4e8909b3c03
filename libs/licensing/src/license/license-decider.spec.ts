import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aPlan, ask, at, eventsOf, hash, issue } from '../../test/license-examples.js';
import { matchDomain } from '../domains/match-domain.js';
import { countProduction } from './domain-slots.js';
import type { LicenseCommand } from './license-command.js';
import { licenseDecider } from './license-decider.js';
import { oversize } from './license-size.js';
import type { LicenseEvent } from './license-event.js';
import type { License, LicenseState } from './license.js';
import { nextDeadlines } from './next-deadlines.js';

const { initial, decide, evolve } = licenseDecider;

/** What must be true of a license whatever has happened to it; names what is not. */
const broken = (license: License): readonly string[] => {
  const domains = license.bindings.map((binding) => binding.domain);
  const rules: Readonly<Record<string, boolean>> = {
    'one open-ended key, the newest': license.keys.filter((key) => key.validUntil === null).length === 1,
    'the newest key is open-ended': license.keys.at(-1)?.validUntil === null,
    'keys are in order of their versions': license.keys.every(
      (key, n, all) => n === 0 || key.sinceVersion > (all[n - 1]?.sinceVersion ?? 0),
    ),
    'key hashes differ': new Set(license.keys.map((key) => key.hash)).size === license.keys.length,
    'a trial ends': !license.trial || license.expiresAt !== null,
    'a paid license has the grace of its plan': license.trial || license.graceDays === license.planGraceDays,
    'it ends after it starts': license.expiresAt === null || license.startsAt < license.expiresAt,
    'domains differ': new Set(domains).size === domains.length,
    'domains fit the plan': countProduction(license.bindings) <= license.domainPolicy.max,
    'kinds fit the plan': license.bindings.every((binding) => license.domainPolicy.kinds.includes(binding.kind)),
    'released domains are not bound': license.releasedSlots.every((slot) => !domains.includes(slot.domain)),
    'reasons differ': new Set(license.suspensions).size === license.suspensions.length,
    'readers can take it': oversize(license) === undefined,
    'bindings cover their own host': license.bindings.every((binding) =>
      matchDomain(binding, binding.domain.replace('**.', '').replace('*.', 'x.')),
    ),
  };
  return Object.keys(rules).filter((rule) => rules[rule] !== true);
};

const plans = [
  aPlan(),
  aPlan({ id: 'plan_trial', trialDays: 14, trialGraceDays: 2, domainPolicy: { max: 1, lateBinding: true } }),
  aPlan({ id: 'plan_ever', durationDays: null, domainPolicy: { max: 3, kinds: ['exact', 'wildcard'] } }),
  aPlan({ id: 'plan_small', durationDays: 30, domainPolicy: { max: 1, development: false, moveCooldownHours: 0 } }),
];
const plan = fc.constantFrom(...plans);
const domain = fc.constantFrom(
  'a.example',
  'A.example.',
  'b.example',
  '*.a.example',
  '**.b.example',
  'localhost',
  'x y',
  'co.uk',
);
const reason = fc.constantFrom('billing', 'abuse');
const end = fc.constantFrom(-5, 20, 40, 365, 400).map((day) => at(day));
const note = fc.constant({ note: null });

const command: fc.Arbitrary<(day: number) => LicenseCommand> = fc.oneof(
  plan.map((chosen) => (day: number) => ({ ...issue({ plan: chosen, domains: [] }), now: at(day) })),
  fc.option(end).map((expiresAt) => (day: number) => ask('RenewLicense', day, { expiresAt })),
  reason.map((why) => (day: number) => ask('SuspendLicense', day, { reason: why })),
  reason.map((why) => (day: number) => ask('ReinstateLicense', day, { reason: why })),
  note.map((details) => (day: number) => ask('CancelLicense', day, details)),
  domain.map((name) => (day: number) => ask('BindDomain', day, { domain: name, www: true })),
  domain.map((name) => (day: number) => ask('BindFirstDomain', day, { domain: name })),
  domain.map((name) => (day: number) => ask('ReleaseDomain', day, { domain: name })),
  fc.tuple(domain, domain).map(
    ([from, to]) =>
      (day: number) =>
        ask('MoveDomain', day, { from, to }),
  ),
  plan.map((chosen) => (day: number) => ask('ChangePlan', day, { plan: chosen })),
  fc.subarray(['x', 'y', 'z']).map((features) => (day: number) => ask('ChangeFeatures', day, { features })),
  fc.option(fc.nat(9)).map((seats) => (day: number) => ask('ChangeLimits', day, { limits: { seats } })),
  fc.tuple(fc.constantFrom('b', 'c', 'd'), fc.nat(99)).map(
    ([digit, overlapHours]) =>
      (day: number) =>
        ask('RotateKey', day, { keyHash: hash(digit), overlapHours }),
  ),
  fc.tuple(fc.constantFrom(30, 7, 1), end).map(
    ([days, expiresAt]) =>
      (day: number) =>
        ask('MarkExpiring', day, { days, expiresAt }),
  ),
  end.map((expiresAt) => (day: number) => ask('MarkExpired', day, { expiresAt })),
  end.map((expiresAt) => (day: number) => ask('EndGrace', day, { expiresAt })),
);

/** An issue, then commands a few days apart, now and then ended by a revocation. */
const history = fc
  .tuple(plan, fc.array(fc.tuple(command, fc.nat(12)), { maxLength: 30 }), fc.option(fc.nat(30)))
  .map(([chosen, steps, revokeAfter]) => {
    let day = 0;
    const commands: LicenseCommand[] = [issue({ plan: chosen, domains: [] })];
    steps.forEach(([make, days], n) => {
      day += days;
      if (n === revokeAfter) commands.push(ask('RevokeLicense', day, { note: null }));
      commands.push(make(day));
    });
    return commands;
  });

const run = (
  commands: readonly LicenseCommand[],
  each: (state: LicenseState, before: LicenseState) => void,
): LicenseEvent[] => {
  let state = initial;
  const events: LicenseEvent[] = [];
  for (const next of commands) {
    const decision = decide(state, next);
    if ('refusal' in decision) continue;
    const before = state;
    events.push(...decision.events);
    state = decision.events.reduce(evolve, state);
    each(state, before);
  }
  return events;
};

describe('whatever commands a license is given', () => {
  it('never reaches an impossible state', () => {
    fc.assert(
      fc.property(history, (commands) => {
        run(commands, (state) => {
          if (state.status === 'issued') expect(broken(state.license)).toEqual([]);
        });
      }),
      { numRuns: 500, seed: 7 },
    );
  });

  it('never changes again once it is revoked', () => {
    fc.assert(
      fc.property(history, (commands) => {
        run(commands, (state, before) => {
          if (before.status === 'issued' && before.license.revokedAt !== null) expect(state).toBe(before);
        });
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  it('is given back by its events, one version each, also after they were stored as JSON', () => {
    fc.assert(
      fc.property(history, (commands) => {
        let last: LicenseState = initial;
        const events = run(commands, (state) => (last = state));
        const stored = JSON.parse(JSON.stringify(events)) as LicenseEvent[];
        expect(stored.reduce(evolve, initial)).toEqual(last);
        expect(last).toMatchObject({ license: { version: events.length } });
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  it('tells each notice once per end, and a command that was told stays quiet', () => {
    fc.assert(
      fc.property(history, (commands) => {
        const told = run(commands, () => undefined)
          .filter((event) => ['LicenseExpiring', 'LicenseExpired', 'GraceEnded'].includes(event.type))
          .map((event) => JSON.stringify({ ...event, at: 0 }));
        expect(new Set(told).size).toBe(told.length);
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  it('changes nothing when the same command is given twice, but for metadata', () => {
    fc.assert(
      fc.property(history, (commands) => {
        run(commands, () => undefined);
        let state = initial;
        for (const next of commands) {
          const decision = decide(state, next);
          if ('refusal' in decision) continue;
          state = decision.events.reduce(evolve, state);
          const again = decide(state, next);
          const isRepeatable = next.type !== 'RenewLicense' && next.type !== 'ReleaseDomain';
          if (isRepeatable && 'events' in again) expect(again.events).toEqual([]);
        }
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});

it('a license that nobody touches is told of everything by the scheduler and then of nothing', () => {
  let state: LicenseState = eventsOf(issue()).reduce(evolve, initial);
  const types: string[] = [];
  for (let [due] = nextDeadlines(state); due !== undefined; [due] = nextDeadlines(state)) {
    const day = (due.dueAt - at(0)) / 86_400_000;
    const { expiresAt } = due;
    const next =
      due.kind === 'expiring'
        ? ask('MarkExpiring', day, { days: due.days, expiresAt })
        : ask(due.kind === 'expired' ? 'MarkExpired' : 'EndGrace', day, { expiresAt });
    const decision = decide(state, next);
    if ('refusal' in decision || decision.events.length === 0) throw new Error(`${next.type} told nothing`);
    types.push(...decision.events.map((event) => event.type));
    state = decision.events.reduce(evolve, state);
  }
  expect(types).toEqual(['LicenseExpiring', 'LicenseExpiring', 'LicenseExpiring', 'LicenseExpired', 'GraceEnded']);
});
