import { describe, expect, it, test } from '@jest/globals';
import { aPlan, ask, at, eventsOf, hash, issue } from '../../test/license-examples.js';
import type { LicenseCommand } from './license-command.js';
import { licenseDecider } from './license-decider.js';
import type { LicenseEvent } from './license-event.js';

const plan = aPlan({ domainPolicy: { max: 1, lateBinding: true } });
const paid = issue({ plan, expiresAt: at(100) });
const suspend = ask('SuspendLicense', 1, { reason: 'billing' });
const cancel = ask('CancelLicense', 1, { note: null });
const told = [
  ask('MarkExpiring', 70, { days: 30, expiresAt: at(100) }),
  ask('MarkExpiring', 93, { days: 7, expiresAt: at(100) }),
  ask('MarkExpiring', 99, { days: 1, expiresAt: at(100) }),
  ask('MarkExpired', 100, { expiresAt: at(100) }),
  ask('EndGrace', 107, { expiresAt: at(100) }),
];

/** Every state that a decision depends on, and the day on which each command comes. */
const STATES = {
  none: [[], 99],
  active: [[paid], 99],
  trial: [[issue({ plan: aPlan({ trialDays: 100, trialGraceDays: 1, domainPolicy: { max: 1 } }) })], 99],
  suspended: [[paid, suspend], 99],
  cancelled: [[paid, cancel], 99],
  'suspended+cancelled': [[paid, suspend, cancel], 99],
  'in-grace': [[paid], 103],
  expired: [[paid], 108],
  told: [[paid, ...told], 108],
  perpetual: [[issue({ plan: aPlan({ durationDays: null, domainPolicy: { max: 1 } }) })], 99],
  unbound: [[issue({ plan, domains: [], expiresAt: at(100) })], 99],
  revoked: [[paid, ask('RevokeLicense', 1, { note: null })], 99],
} as const satisfies Record<string, readonly [readonly LicenseCommand[], number]>;
type State = keyof typeof STATES;

const COMMANDS = {
  issue: (day) => ({ ...paid, now: at(day) }),
  renew: (day) => ask('RenewLicense', day, { expiresAt: at(400) }),
  'renew to the same end': (day) => ask('RenewLicense', day, { expiresAt: at(100) }),
  'renew by the plan': (day) => ask('RenewLicense', day, { expiresAt: null }),
  'suspend for billing': (day) => ask('SuspendLicense', day, { reason: 'billing' }),
  'suspend for abuse': (day) => ask('SuspendLicense', day, { reason: 'abuse' }),
  'reinstate for billing': (day) => ask('ReinstateLicense', day, { reason: 'billing' }),
  'reinstate for abuse': (day) => ask('ReinstateLicense', day, { reason: 'abuse' }),
  cancel: (day) => ask('CancelLicense', day, { note: null }),
  revoke: (day) => ask('RevokeLicense', day, { note: null }),
  'bind the same domain': (day) => ask('BindDomain', day, { domain: 'example.com', www: true }),
  'bind another domain': (day) => ask('BindDomain', day, { domain: 'b.example', www: true }),
  'bind a development host': (day) => ask('BindDomain', day, { domain: 'localhost', www: true }),
  'bind the first domain': (day) => ask('BindFirstDomain', day, { domain: 'b.example' }),
  'release the domain': (day) => ask('ReleaseDomain', day, { domain: 'example.com' }),
  'release another domain': (day) => ask('ReleaseDomain', day, { domain: 'b.example' }),
  'move the domain': (day) => ask('MoveDomain', day, { from: 'example.com', to: 'b.example' }),
  'move another domain': (day) => ask('MoveDomain', day, { from: 'b.example', to: 'c.example' }),
  'change to another plan': (day) => ask('ChangePlan', day, { plan: aPlan({ id: 'plan_2', name: 'team' }) }),
  'change to a foreign plan': (day) => ask('ChangePlan', day, { plan: aPlan({ productId: 'prod_2' }) }),
  'change features': (day) => ask('ChangeFeatures', day, { features: ['sso'] }),
  'keep features': (day) => ask('ChangeFeatures', day, { features: ['analytics'] }),
  'change limits': (day) => ask('ChangeLimits', day, { limits: { seats: 11 } }),
  'keep limits': (day) => ask('ChangeLimits', day, { limits: { seats: 10 } }),
  'change metadata': (day) => ask('ChangeMetadata', day, {}),
  'rotate the key': (day) => ask('RotateKey', day, { keyHash: hash('b'), overlapHours: 1 }),
  'rotate to the same key': (day) => ask('RotateKey', day, { keyHash: hash('a'), overlapHours: 1 }),
  'tell that a day is left': (day) => ask('MarkExpiring', day, { days: 1, expiresAt: at(100) }),
  'tell of the end': (day) => ask('MarkExpired', day, { expiresAt: at(100) }),
  'tell of the end of grace': (day) => ask('EndGrace', day, { expiresAt: at(100) }),
} as const satisfies Record<string, (day: number) => LicenseCommand>;
type Name = keyof typeof COMMANDS;

/** What a command does in a state: the events by name, the refusal by code, or nothing. */
const answer = (name: Name, state: State): string => {
  const [before, day] = STATES[state];
  const decision = licenseDecider.decide(
    eventsOf(...before).reduce(licenseDecider.evolve, licenseDecider.initial),
    COMMANDS[name](day),
  );
  if ('refusal' in decision) return decision.refusal.code.replace('license.', '');
  return decision.events.map((event) => event.type).join(' + ') || 'quiet';
};

/** All states of a license that can change: there is one, and it is not revoked. */
const LIVE = 'active trial suspended cancelled suspended+cancelled in-grace expired told perpetual unbound';

/** The whole matrix: for each command what it does, and the states in which it does that. */
const MATRIX: Readonly<Record<Name, Readonly<Record<string, string>>>> = {
  issue: { LicenseIssued: 'none', already_exists: `${LIVE} revoked` },
  renew: {
    not_found: 'none',
    LicenseRenewed: 'active cancelled in-grace expired told perpetual unbound',
    'TrialConverted + LicenseRenewed': 'trial',
    transition_refused: 'suspended suspended+cancelled revoked',
  },
  'renew to the same end': {
    not_found: 'none',
    quiet: 'active in-grace expired told unbound',
    'TrialConverted + LicenseRenewed': 'trial',
    transition_refused: 'suspended suspended+cancelled revoked',
    LicenseRenewed: 'cancelled perpetual',
  },
  'renew by the plan': {
    not_found: 'none',
    LicenseRenewed: 'active cancelled in-grace expired told unbound',
    'TrialConverted + LicenseRenewed': 'trial',
    transition_refused: 'suspended suspended+cancelled revoked',
    quiet: 'perpetual',
  },
  'suspend for billing': {
    not_found: 'none',
    LicenseSuspended: 'active trial cancelled in-grace expired told perpetual unbound',
    quiet: 'suspended suspended+cancelled',
    transition_refused: 'revoked',
  },
  'suspend for abuse': { not_found: 'none', LicenseSuspended: LIVE, transition_refused: 'revoked' },
  'reinstate for billing': {
    not_found: 'none',
    quiet: 'active trial cancelled in-grace expired told perpetual unbound',
    LicenseReinstated: 'suspended suspended+cancelled',
    transition_refused: 'revoked',
  },
  'reinstate for abuse': { not_found: 'none', quiet: LIVE, transition_refused: 'revoked' },
  cancel: {
    not_found: 'none',
    LicenseCancelled: 'active trial suspended in-grace expired told perpetual unbound',
    quiet: 'cancelled suspended+cancelled',
    transition_refused: 'revoked',
  },
  revoke: { not_found: 'none', LicenseRevoked: LIVE, quiet: 'revoked' },
  'bind the same domain': {
    not_found: 'none',
    domain_already_bound: 'active trial suspended cancelled suspended+cancelled in-grace expired told perpetual',
    DomainBound: 'unbound',
    transition_refused: 'revoked',
  },
  'bind another domain': {
    not_found: 'none',
    domain_limit: 'active trial suspended cancelled suspended+cancelled in-grace expired told perpetual',
    DomainBound: 'unbound',
    transition_refused: 'revoked',
  },
  'bind a development host': { not_found: 'none', DomainBound: LIVE, transition_refused: 'revoked' },
  'bind the first domain': {
    quiet: 'none active trial suspended cancelled suspended+cancelled in-grace expired told perpetual revoked',
    DomainBound: 'unbound',
  },
  'release the domain': {
    not_found: 'none',
    DomainReleased: 'active trial suspended cancelled suspended+cancelled in-grace expired told perpetual',
    domain_not_bound: 'unbound',
    transition_refused: 'revoked',
  },
  'release another domain': { not_found: 'none', domain_not_bound: LIVE, transition_refused: 'revoked' },
  'move the domain': {
    not_found: 'none',
    DomainMoved: 'active trial suspended cancelled suspended+cancelled in-grace expired told perpetual',
    domain_not_bound: 'unbound',
    transition_refused: 'revoked',
  },
  'move another domain': { not_found: 'none', domain_not_bound: LIVE, transition_refused: 'revoked' },
  'change to another plan': { not_found: 'none', PlanChanged: LIVE, transition_refused: 'revoked' },
  'change to a foreign plan': { not_found: 'none', plan_product_mismatch: LIVE, transition_refused: 'revoked' },
  'change features': { not_found: 'none', FeaturesChanged: LIVE, transition_refused: 'revoked' },
  'keep features': { not_found: 'none', quiet: LIVE, transition_refused: 'revoked' },
  'change limits': { not_found: 'none', LimitsChanged: LIVE, transition_refused: 'revoked' },
  'keep limits': { not_found: 'none', quiet: LIVE, transition_refused: 'revoked' },
  'change metadata': { not_found: 'none', MetadataChanged: LIVE, transition_refused: 'revoked' },
  'rotate the key': { not_found: 'none', KeyRotated: LIVE, transition_refused: 'revoked' },
  'rotate to the same key': { not_found: 'none', quiet: LIVE, transition_refused: 'revoked' },
  'tell that a day is left': {
    quiet: 'none cancelled suspended+cancelled in-grace expired told perpetual revoked',
    LicenseExpiring: 'active trial suspended unbound',
  },
  'tell of the end': {
    quiet: 'none active trial suspended cancelled suspended+cancelled told perpetual unbound revoked',
    LicenseExpired: 'in-grace expired',
  },
  'tell of the end of grace': {
    quiet: 'none active trial suspended cancelled suspended+cancelled in-grace told perpetual unbound revoked',
    GraceEnded: 'expired',
  },
};

const cells = (Object.keys(MATRIX) as Name[]).flatMap((name) =>
  Object.entries(MATRIX[name]).flatMap(([expected, states]) =>
    states.split(' ').map((state) => [name, state as State, expected] as const),
  ),
);

describe('every command in every state', () => {
  test.each(cells)('%s, %s: %s', (name, state, expected) => {
    expect(answer(name, state)).toBe(expected);
  });

  it('is in the matrix once', () => {
    const all = Object.keys(COMMANDS).flatMap((name) => Object.keys(STATES).map((state) => `${name}, ${state}`));
    expect(cells.map(([name, state]) => `${name}, ${state}`).sort()).toEqual(all.sort());
  });

  it('of every type that there is', () => {
    const types = Object.values(COMMANDS).map((command) => command(1).type);
    expect([...new Set(types)].sort()).toEqual([
      'BindDomain',
      'BindFirstDomain',
      'CancelLicense',
      'ChangeFeatures',
      'ChangeLimits',
      'ChangeMetadata',
      'ChangePlan',
      'EndGrace',
      'IssueLicense',
      'MarkExpired',
      'MarkExpiring',
      'MoveDomain',
      'ReinstateLicense',
      'ReleaseDomain',
      'RenewLicense',
      'RevokeLicense',
      'RotateKey',
      'SuspendLicense',
    ]);
  });

  test.each(cells.filter(([, , expected]) => /^[A-Z]/.test(expected)))(
    '%s, %s: each event is one version and bears the time of its command',
    (name, state) => {
      const [before, day] = STATES[state];
      const past = eventsOf(...before).reduce(licenseDecider.evolve, licenseDecider.initial);
      const decision = licenseDecider.decide(past, COMMANDS[name](day));
      const events: readonly LicenseEvent[] = 'events' in decision ? decision.events : [];
      expect(new Set(events.map((event) => event.at))).toEqual(new Set([at(day)]));
      const after = events.reduce(licenseDecider.evolve, past);
      expect(after).toMatchObject({
        license: {
          version: (past.status === 'none' ? 0 : past.license.version) + events.length,
          updatedAt: at(day),
          createdAt: past.status === 'none' ? at(day) : past.license.createdAt,
        },
      });
    },
  );
});

describe('a command of the system, which is a guess that may be out of date', () => {
  const GUESSES: readonly Name[] = [
    'bind the first domain',
    'tell that a day is left',
    'tell of the end',
    'tell of the end of grace',
  ];

  it('is never refused, whatever the state, and every other one can be', () => {
    const refused = cells.filter(([, , expected]) => !/^[A-Z]|^quiet$/.test(expected)).map(([name]) => name);
    const never = (Object.keys(COMMANDS) as Name[]).filter((name) => !refused.includes(name));
    expect(never).toEqual(GUESSES);
  });
});
