import { describe, expect, it, test } from '@jest/globals';
import { specificationOf } from '../../test/decider-specification.js';
import { aPlan, ask, at, eventsOf, hash, issue, licenseAfter } from '../../test/license-examples.js';
import type { ChangeFeatures, ChangeLimits, ChangePlan, RotateKey } from './license-command.js';
import { licenseDecider } from './license-decider.js';
import { acceptsKey, acceptsTokenVersion } from './license-keys.js';
import { termsOf } from './license-terms.js';
import { sameData } from './same-data.js';
import type { Plan } from '../plans/plan.js';

const given = specificationOf(licenseDecider);
const changePlan = (plan: Plan): ChangePlan => ask('ChangePlan', 1, { plan });
const changeFeatures = (features: readonly string[]): ChangeFeatures => ask('ChangeFeatures', 1, { features });
const changeLimits = (limits: ChangeLimits['limits']): ChangeLimits => ask('ChangeLimits', 1, { limits });
const rotate = (digit: string, day: number, overlapHours = 72): RotateKey =>
  ask('RotateKey', day, { keyHash: hash(digit), overlapHours });

describe('ChangePlan', () => {
  it('minds development hosts only where there are some: a plan without them takes a license of domains', () => {
    const strict = aPlan({ id: 'plan_strict', domainPolicy: { max: 2, development: false } });
    expect(licenseAfter(issue(), changePlan(strict)).planId).toBe('plan_strict');
    given(...eventsOf(issue({ domains: [{ domain: 'localhost', www: true }] })))
      .when(changePlan(strict))
      .thenRefused('license.domain_kind_not_allowed');
  });

  const big = aPlan({
    id: 'plan_big',
    name: 'big',
    features: ['x'],
    limits: { apiCalls: 9 },
    durationDays: 30,
    graceDays: 1,
  });

  it('applies the plan, overrides included, and leaves the term alone', () => {
    given(...eventsOf(issue({ limits: { seats: 99 } })))
      .when(changePlan(big))
      .then({ type: 'PlanChanged', at: at(1), ...termsOf(big, false, null, null) });
    expect(licenseAfter(issue({ limits: { seats: 99 } }), changePlan(big))).toMatchObject({
      planId: 'plan_big',
      plan: 'big',
      features: ['x'],
      limits: { apiCalls: 9 },
      graceDays: 1,
      planDurationDays: 30,
      expiresAt: at(365),
    });
  });

  it('keeps a trial a trial, with the trial grace of the plan', () => {
    const trial = issue({ plan: aPlan({ trialDays: 14 }) });
    expect(licenseAfter(trial, changePlan(big))).toMatchObject({ trial: true, graceDays: 0, planGraceDays: 1 });
  });

  it('stays quiet when the license has these terms already', () => {
    given(...eventsOf(issue()))
      .when(changePlan(aPlan()))
      .thenNothing();
  });

  it('applies a plan again whose terms have changed', () => {
    const changed = aPlan({ features: ['analytics', 'export'] });
    given(...eventsOf(issue()))
      .when(changePlan(changed))
      .then({ type: 'PlanChanged', at: at(1), ...termsOf(changed, false, null, null) });
  });

  test.each([
    ['license.plan_product_mismatch', aPlan({ productId: 'prod_2' })],
    ['license.domain_limit', aPlan({ domainPolicy: { max: 1, kinds: ['exact', 'wildcard'] } })],
    ['license.domain_kind_not_allowed', aPlan({ domainPolicy: { max: 5, kinds: ['exact'] } })],
    [
      'license.domain_kind_not_allowed',
      aPlan({ domainPolicy: { max: 5, kinds: ['exact', 'wildcard'], development: false } }),
    ],
    ['license.too_large', aPlan({ features: Array.from({ length: 101 }, (_, n) => String(n)) })],
  ] as const)('refuses with %s a plan that does not fit what the license has', (code, plan) => {
    const fitting = plan.features.length > 100 ? { ...plan, domainPolicy: aPlan().domainPolicy } : plan;
    const domains = ['example.com', '*.b.example', 'a.test'].map((domain) => ({ domain, www: true }));
    given(...eventsOf(issue({ domains })))
      .when(changePlan(fitting))
      .thenRefused(code);
  });
});

describe('ChangeFeatures', () => {
  it('replaces the features, once each', () => {
    given(...eventsOf(issue()))
      .when(changeFeatures(['b', 'a', 'b']))
      .then({ type: 'FeaturesChanged', at: at(1), features: ['b', 'a'] });
  });

  it('stays quiet about the same features', () => {
    given(...eventsOf(issue()))
      .when(changeFeatures(['analytics']))
      .thenNothing();
  });

  it('refuses more than 100', () => {
    given(...eventsOf(issue()))
      .when(changeFeatures(Array.from({ length: 101 }, (_, n) => String(n))))
      .thenRefused('license.too_large');
  });
});

describe('ChangeLimits', () => {
  it('lays limits over the present ones and takes those away that are null', () => {
    given(...eventsOf(issue()))
      .when(changeLimits({ apiCalls: 7, exports: 3, seats: null }))
      .then({ type: 'LimitsChanged', at: at(1), limits: { apiCalls: 7, exports: 3 } });
  });

  it('stays quiet about the same limits', () => {
    given(...eventsOf(issue()))
      .when(changeLimits({ seats: 10, other: null }))
      .thenNothing();
  });

  it('refuses what would make the token too long', () => {
    const limits = Object.fromEntries(Array.from({ length: 80 }, (_, n) => ['m'.repeat(80) + String(n), 1]));
    given(...eventsOf(issue()))
      .when(changeLimits(limits))
      .thenRefused('license.too_large');
  });
});

describe('ChangeMetadata', () => {
  it('says that something changed, and not what: metadata may be personal', () => {
    given(...eventsOf(issue()))
      .when(ask('ChangeMetadata', 1, {}))
      .then({ type: 'MetadataChanged', at: at(1) });
    expect(licenseAfter(issue(), ask('ChangeMetadata', 1, {}))).toMatchObject({ version: 2, updatedAt: at(1) });
  });
});

describe('RotateKey', () => {
  it('adds a key and ends the former one after the overlap', () => {
    given(...eventsOf(issue()))
      .when(rotate('b', 1))
      .then({ type: 'KeyRotated', at: at(1), keyHash: hash('b'), formerValidUntil: at(4) });
    expect(licenseAfter(issue(), rotate('b', 1)).keys).toEqual([
      { hash: hash('a'), sinceVersion: 1, validUntil: at(4) },
      { hash: hash('b'), sinceVersion: 2, validUntil: null },
    ]);
  });

  it('stays quiet about a key that is good already', () => {
    given(...eventsOf(issue(), rotate('b', 1)))
      .when(rotate('b', 2))
      .thenNothing();
  });

  it('does not prolong an overlap that runs, and forgets keys that are over', () => {
    expect(licenseAfter(issue(), rotate('b', 1), rotate('c', 2)).keys).toEqual([
      { hash: hash('a'), sinceVersion: 1, validUntil: at(4) },
      { hash: hash('b'), sinceVersion: 2, validUntil: at(5) },
      { hash: hash('c'), sinceVersion: 3, validUntil: null },
    ]);
    expect(licenseAfter(issue(), rotate('b', 1), rotate('c', 4)).keys.map((key) => key.hash)).toEqual([
      hash('b'),
      hash('c'),
    ]);
  });

  it('ends a key at once without an overlap', () => {
    expect(licenseAfter(issue(), rotate('b', 1, 0)).keys).toHaveLength(1);
  });

  it('refuses more keys at a time than a license can carry', () => {
    const rotations = Array.from({ length: 19 }, (_, n) =>
      ask('RotateKey', 1, { keyHash: String(n), overlapHours: 72 }),
    );
    given(...eventsOf(issue(), ...rotations))
      .when(rotate('f', 1))
      .thenRefused('license.too_large');
    given(...eventsOf(issue(), ...rotations))
      .when(rotate('f', 4))
      .then({ type: 'KeyRotated', at: at(4), keyHash: hash('f'), formerValidUntil: at(7) });
  });

  it('keeps the former key and the tokens of its time good until the overlap ends', () => {
    const license = licenseAfter(issue(), ask('ChangeMetadata', 1, {}), rotate('b', 1));
    const good = (now: number): readonly boolean[] => [
      acceptsKey(license, hash('a'), now),
      acceptsTokenVersion(license, 1, now),
      acceptsTokenVersion(license, 2, now),
      acceptsKey(license, hash('b'), now),
      acceptsTokenVersion(license, 3, now),
      acceptsTokenVersion(license, 4, now),
    ];
    expect(good(at(4) - 1)).toEqual([true, true, true, true, true, true]);
    expect(good(at(4))).toEqual([false, false, false, true, true, true]);
  });

  it('accepts no key and no version that it never had or has forgotten', () => {
    const license = licenseAfter(issue(), rotate('b', 1, 0));
    expect(acceptsKey(license, hash('c'), at(1))).toBe(false);
    expect(acceptsKey(license, hash('a'), at(1))).toBe(false);
    expect(acceptsTokenVersion(license, 1, at(1))).toBe(false);
    expect(acceptsTokenVersion(license, 0, at(1))).toBe(false);
  });
});

describe('sameness of plain data', () => {
  test.each([
    [{ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 }, true],
    [[1, 2], [2, 1], false],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [{ a: undefined }, { b: undefined }, false],
    [null, {}, false],
    [[], {}, false],
    ['1', 1, false],
  ])('%j and %j: %s', (one, other, same) => {
    expect(sameData(one, other)).toBe(same);
  });
});
