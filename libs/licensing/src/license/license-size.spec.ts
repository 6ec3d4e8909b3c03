import { describe, expect, it, test } from '@jest/globals';
import { aPlan, ask, issue, licenseAfter } from '../../test/license-examples.js';
import type { LicenseEvent } from './license-event.js';
import { canGrow, estimateTokenBytes, oversize } from './license-size.js';
import type { License } from './license.js';

const license = licenseAfter(issue());
const but = (changes: Partial<License>): License => ({ ...license, ...changes });
const [first] = license.bindings;
if (first === undefined) throw new Error('the example has a binding');
const bound = (count: number): License =>
  but({ bindings: Array.from({ length: count }, (_, n) => ({ ...first, domain: `d${String(n)}.io` })) });
const featured = (count: number): License =>
  but({ features: Array.from({ length: count }, (_, n) => `f${String(n)}`) });

describe('what readers of a license take', () => {
  test.each<[string, License, string | undefined]>([
    ['100 domains', bound(100), undefined],
    ['101 domains', bound(101), 'A license has at most 100 domains.'],
    ['100 features', featured(100), undefined],
    ['101 features', featured(101), 'A license has at most 100 features.'],
    ['a plan with a name of 200 letters', but({ plan: 'p'.repeat(200) }), undefined],
    [
      'features of 6 KB',
      but({ features: Array.from({ length: 95 }, (_, n) => `${'f'.repeat(60)}${String(n)}`) }),
      "The license's signed token would be longer than 8192 bytes.",
    ],
  ])('%s: %#', (_what, given, reason) => {
    expect(oversize(given)).toBe(reason);
  });

  it('ends at 8192 bytes of a token: one letter more is too long', () => {
    let name = 'p'.repeat(5000);
    while (estimateTokenBytes(but({ plan: `${name}p` })) <= 8192) name += 'p';
    expect(oversize(but({ plan: name }))).toBeUndefined();
    expect(oversize(but({ plan: `${name}pp` }))).toMatch(/8192 bytes/);
  });

  // base64url makes four characters of three bytes
  test.each([
    ['p', 1],
    ['ü', 2],
    ['€', 3],
    ['🔑', 4],
  ])('counts %s with its %i bytes, which grow by a third', (character, bytes) => {
    const grown = estimateTokenBytes(but({ plan: character.repeat(300) })) - estimateTokenBytes(but({ plan: '' }));
    expect(grown).toBe((300 * bytes * 4) / 3);
  });

  it('counts the first domain twice: a token names it by itself too', () => {
    const shorter = estimateTokenBytes(but({ bindings: [] }));
    const domain = 'd'.repeat(60);
    const longer = estimateTokenBytes(but({ bindings: [{ ...first, domain }] }));
    expect(longer - shorter).toBeGreaterThanOrEqual(160);
  });
});

describe('a license that is too large', () => {
  const plan = aPlan({ features: Array.from({ length: 101 }, (_, n) => `f${String(n)}`) });
  const huge: LicenseEvent['type'][] = [
    'LicenseIssued',
    'PlanChanged',
    'FeaturesChanged',
    'LimitsChanged',
    'DomainBound',
    'DomainMoved',
  ];

  it('is refused by exactly those events that can make it larger', () => {
    const types: readonly LicenseEvent['type'][] = [
      ...huge,
      'LicenseRenewed',
      'TrialConverted',
      'LicenseSuspended',
      'LicenseReinstated',
      'LicenseCancelled',
      'LicenseRevoked',
      'DomainReleased',
      'DomainProven',
      'DomainProofLost',
      'KeyRotated',
      'MetadataChanged',
      'LicenseExpiring',
      'LicenseExpired',
      'GraceEnded',
    ];
    expect(types.filter((type) => canGrow({ type } as LicenseEvent))).toEqual(huge);
  });

  it('is neither issued, nor changed to', () => {
    expect(() => licenseAfter(issue({ plan }))).toThrow('at most 100 features');
    expect(() => licenseAfter(issue(), ask('ChangePlan', 1, { plan }))).toThrow('at most 100 features');
    const limits = Object.fromEntries(Array.from({ length: 900 }, (_, n) => [`meter${String(n)}`, 1]));
    expect(() => licenseAfter(issue(), ask('ChangeLimits', 1, { limits }))).toThrow('8192 bytes');
  });
});
