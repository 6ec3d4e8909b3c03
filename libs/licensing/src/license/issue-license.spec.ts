import { describe, expect, it, test } from '@jest/globals';
import { specificationOf } from '../../test/decider-specification.js';
import { aPlan, ask, at, eventsOf, hash, issue, licenseAfter, T0 } from '../../test/license-examples.js';
import { licenseDecider } from './license-decider.js';

const given = specificationOf(licenseDecider);

describe('IssueLicense', () => {
  it('produces a license with the terms of its plan, bound to its domains, for the duration of its plan', () => {
    given()
      .when(issue())
      .then({
        type: 'LicenseIssued',
        at: T0,
        licenseId: 'lic_1',
        tenantId: 'ten_1',
        productId: 'prod_1',
        planId: 'plan_pro',
        plan: 'professional',
        features: ['analytics'],
        limits: { apiCalls: 1000, seats: 10 },
        enforcement: { apiCalls: 'hard' },
        period: { unit: 'month', timezone: 'UTC' },
        domainPolicy: aPlan().domainPolicy,
        graceDays: 7,
        planDurationDays: 365,
        planGraceDays: 7,
        customerReference: 'cust-1',
        trial: false,
        bindings: [
          {
            domain: 'example.com',
            kind: 'exact',
            www: true,
            assurance: 'declared',
            environment: 'production',
            boundAt: T0,
          },
        ],
        startsAt: T0,
        expiresAt: at(365),
        keyHash: hash('a'),
      });
  });

  it('starts a stream: version 1, one open-ended key, nothing against it', () => {
    expect(licenseAfter(issue())).toMatchObject({
      id: 'lic_1',
      version: 1,
      createdAt: T0,
      updatedAt: T0,
      keys: [{ hash: hash('a'), sinceVersion: 1, validUntil: null }],
      suspensions: [],
      cancelledAt: null,
      revokedAt: null,
      releasedSlots: [],
      lastMovedAt: null,
    });
  });

  it('lays limits over those of the plan and replaces features, once each', () => {
    const license = licenseAfter(issue({ limits: { apiCalls: 5 }, features: ['a', 'b', 'a'] }));
    expect(license.limits).toEqual({ apiCalls: 5, seats: 10 });
    expect(license.features).toEqual(['a', 'b']);
  });

  it('makes a trial of a plan with trial days, with the trial grace', () => {
    const plan = aPlan({ trialDays: 14, trialGraceDays: 2 });
    expect(licenseAfter(issue({ plan, startsAt: at(1) }))).toMatchObject({
      trial: true,
      expiresAt: at(15),
      graceDays: 2,
      planGraceDays: 7,
    });
  });

  it('lets the end of a trial be given', () => {
    const plan = aPlan({ trialDays: 14 });
    expect(licenseAfter(issue({ plan, expiresAt: at(30) }))).toMatchObject({
      trial: true,
      expiresAt: at(30),
      graceDays: 0,
    });
  });

  it('is perpetual where the plan has no duration', () => {
    expect(licenseAfter(issue({ plan: aPlan({ durationDays: null }) })).expiresAt).toBeNull();
  });

  it('takes times in the past, for imports', () => {
    expect(licenseAfter(issue({ startsAt: at(-400), expiresAt: at(-35) }))).toMatchObject({
      startsAt: at(-400),
      expiresAt: at(-35),
    });
  });

  it('takes no domain at all', () => {
    expect(licenseAfter(issue({ domains: [] })).bindings).toEqual([]);
  });

  it('gives development hosts no production slot', () => {
    const domains = ['a.example', 'localhost', 'b.example', 'shop.test'].map((domain) => ({ domain, www: true }));
    expect(licenseAfter(issue({ domains })).bindings.map((binding) => binding.environment)).toEqual([
      'production',
      'development',
      'production',
      'development',
    ]);
  });

  it('refuses an id that exists', () => {
    given(...eventsOf(issue()))
      .when(issue())
      .thenRefused('license.already_exists');
  });

  test.each([
    [at(5), at(5)],
    [at(5), at(4)],
    [null, T0],
  ])('refuses a term from %s to %s', (startsAt, expiresAt) => {
    given().when(issue({ startsAt, expiresAt })).thenRefused('license.time_range_invalid');
  });

  test.each([
    ['license.domain_invalid', ['exa mple.com']],
    ['license.domain_public_suffix', ['*.co.uk']],
    ['license.domain_limit', ['a.example', 'b.example', 'c.example']],
    ['license.domain_already_bound', ['a.example', 'A.EXAMPLE.']],
  ] as const)('refuses domains with %s', (code, names) => {
    given()
      .when(issue({ domains: names.map((domain) => ({ domain, www: true })) }))
      .thenRefused(code);
  });

  it('refuses kinds of bindings that the plan does not have', () => {
    const plan = aPlan({ domainPolicy: { max: 3, kinds: ['exact'] } });
    given()
      .when(issue({ plan, domains: [{ domain: '**.example.com', www: true }] }))
      .thenRefused('license.domain_kind_not_allowed');
  });

  it('refuses development hosts where the plan has none', () => {
    const plan = aPlan({ domainPolicy: { development: false } });
    given()
      .when(issue({ plan, domains: [{ domain: 'localhost', www: true }] }))
      .thenRefused('license.domain_kind_not_allowed');
  });

  it.each([
    ['more than 100 features', issue({ features: Array.from({ length: 101 }, (_, n) => `f${String(n)}`) })],
    [
      'more than 100 domains',
      issue({ domains: Array.from({ length: 101 }, (_, n) => ({ domain: `d${String(n)}.test`, www: true })) }),
    ],
    ['a token over 8 KiB', issue({ features: Array.from({ length: 90 }, (_, n) => 'x'.repeat(80) + String(n)) })],
  ])('refuses %s', (_what, command) => {
    given().when(command).thenRefused('license.too_large');
  });

  it('takes 100 features and 100 domains of usual length', () => {
    const features = Array.from({ length: 100 }, (_, n) => `feature-${String(n)}`);
    const domains = Array.from({ length: 100 }, (_, n) => ({ domain: `site${String(n)}.example`, www: true }));
    const plan = aPlan({ domainPolicy: { max: 100 } });
    expect(licenseAfter(issue({ plan, features, domains })).bindings).toHaveLength(100);
  });

  it('comes first: no other command finds a license before it', () => {
    given()
      .when(ask('RevokeLicense', 1, { note: null }))
      .thenRefused('license.not_found');
    given()
      .when(ask('BindDomain', 1, { domain: 'a.example', www: true }))
      .thenRefused('license.not_found');
  });

  it('leaves events of a stream without an issue alone', () => {
    expect(given({ type: 'LicenseRevoked', at: T0, note: null }).state).toEqual({ status: 'none' });
  });
});
