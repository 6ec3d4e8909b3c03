import { describe, expect, it, test } from '@jest/globals';
import { aPlan, ask, at, hash, issue, licenseAfter } from '../../test/license-examples.js';
import { canonicalizeHost } from '../domains/canonicalize-host.js';
import { hostOfOrigin } from '../domains/host-of-origin.js';
import { HOUR_MS, type Instant } from '../instant.js';
import { acceptsKey, acceptsTokenVersion } from '../license/license-keys.js';
import type { License } from '../license/license.js';
import { graceOf, shownStatus, validUntil } from '../license/shown-status.js';
import { explain } from './explain.js';
import type { Facts, MeterUsage } from './facts.js';
import { validate } from './validate.js';

const START = at(10);
const END = at(100);
const GRACE_END = at(107);
const running = licenseAfter(issue({ startsAt: START, expiresAt: END }));
const trial = licenseAfter(
  issue({ plan: aPlan({ trialDays: 14, trialGraceDays: 7 }), startsAt: START, expiresAt: END }),
);
const perpetual = licenseAfter(issue({ plan: aPlan({ durationDays: null }), startsAt: START }));
const graceless = licenseAfter(issue({ plan: aPlan({ graceDays: 0 }), startsAt: START, expiresAt: END }));

const factsOf = (license: License, now: Instant, changes: Partial<Facts> = {}): Facts => ({
  reference: { judged: 'key', hash: hash('a') },
  license,
  request: { domain: canonicalizeHost('example.com') },
  now,
  usage: [],
  seat: 'not_asked',
  ...changes,
});

describe('the life of a license to the millisecond', () => {
  const NONE = { grace: false, graceEndsAt: null };
  const GRACE = { grace: true, graceEndsAt: GRACE_END };

  test.each<[string, License, Instant, readonly [code: string, status: string, grace: object]]>([
    ['before its start', running, START - 1, ['not_yet_valid', 'active', NONE]],
    ['at its start', running, START, ['valid', 'active', NONE]],
    ['after its start', running, START + 1, ['valid', 'active', NONE]],
    ['before its end', running, END - 1, ['valid', 'active', NONE]],
    ['at its end', running, END, ['valid', 'active', GRACE]],
    ['after its end', running, END + 1, ['valid', 'active', GRACE]],
    ['before the end of grace', running, GRACE_END - 1, ['valid', 'active', GRACE]],
    ['at the end of grace', running, GRACE_END, ['expired', 'expired', NONE]],
    ['after the end of grace', running, GRACE_END + 1, ['expired', 'expired', NONE]],
    ['a trial before its end', trial, END - 1, ['valid', 'trial', NONE]],
    ['a trial in grace', trial, END, ['valid', 'trial', GRACE]],
    ['a trial at the end of grace', trial, GRACE_END, ['expired', 'expired', NONE]],
    ['without grace before its end', graceless, END - 1, ['valid', 'active', NONE]],
    ['without grace at its end', graceless, END, ['expired', 'expired', NONE]],
    ['a perpetual one before its start', perpetual, START - 1, ['not_yet_valid', 'active', NONE]],
    ['a perpetual one in ten thousand years', perpetual, at(3_650_000), ['valid', 'active', NONE]],
  ])('%s', (_when, license, now, [code, status, grace]) => {
    const verdict = validate(factsOf(license, now));
    expect(verdict.code).toBe(code);
    expect(shownStatus(license, now)).toBe(status);
    expect(graceOf(license, now)).toEqual(grace);
    if (verdict.valid) expect(verdict).toMatchObject(grace);
  });

  it('ends for good when grace ends, and a perpetual one never', () => {
    expect([running, graceless, perpetual].map(validUntil)).toEqual([GRACE_END, END, null]);
  });

  test.each<[string, Partial<License>, string]>([
    ['revoked before all else', { revokedAt: at(1), suspensions: ['x'], cancelledAt: at(1) }, 'revoked'],
    ['suspended before cancelled', { suspensions: ['x'], cancelledAt: at(1) }, 'suspended'],
    ['cancelled before expired', { cancelledAt: at(1) }, 'cancelled'],
    ['expired before trial', { trial: true }, 'expired'],
  ])('is shown as %s', (_what, changes, status) => {
    expect(shownStatus({ ...running, ...changes }, GRACE_END)).toBe(status);
  });
});

describe('a replaced key to the millisecond', () => {
  const rotated = licenseAfter(
    issue(),
    ask('RotateKey', 1, { keyHash: hash('b'), overlapHours: 24 }),
    ask('ChangeFeatures', 1, { features: ['x'] }),
    ask('RotateKey', 2, { keyHash: hash('c'), overlapHours: 1 }),
  );
  const ENDS = at(2) + HOUR_MS;

  test.each([
    ['a', at(2) - 1, false],
    ['b', ENDS - 1, true],
    ['b', ENDS, false],
    ['c', ENDS, true],
    ['c', at(9999), true],
    ['d', at(2), false],
  ])('the key %s at %i: %s', (digit, now, accepted) => {
    expect(acceptsKey(rotated, hash(digit), now)).toBe(accepted);
  });

  // version 1 stood for the key that is forgotten, 2 and 3 for the second, 4 and later for the third
  test.each([
    [0, ENDS - 1, false],
    [1, ENDS - 1, false],
    [2, ENDS - 1, true],
    [3, ENDS - 1, true],
    [2, ENDS, false],
    [3, ENDS, false],
    [4, ENDS, true],
    [5, ENDS, true],
  ])('a token of version %i at %i: %s', (version, now, accepted) => {
    expect(acceptsTokenVersion(rotated, version, now)).toBe(accepted);
  });
});

describe('usage at its limit', () => {
  const meter = (changes: Partial<MeterUsage>): MeterUsage => ({
    meter: 'apiCalls',
    used: 10,
    limit: 10,
    enforcement: 'hard',
    resetsAt: at(31),
    ...changes,
  });

  test.each<[string, readonly MeterUsage[], string, string | null, readonly string[]]>([
    ['the last unit of a hard limit', [meter({})], 'valid', null, []],
    ['the one after it', [meter({ used: 11 })], 'usage_exceeded', 'apiCalls', []],
    ['the last unit of a soft limit', [meter({ enforcement: 'soft' })], 'valid', null, []],
    ['the one after it', [meter({ enforcement: 'soft', used: 11 })], 'valid', null, ['usage_soft_limit']],
    ['a hard limit of nothing', [meter({ used: 1, limit: 0 })], 'usage_exceeded', 'apiCalls', []],
    [
      'a second meter that is hard, after one that is soft',
      [meter({ enforcement: 'soft', used: 11 }), meter({ meter: 'exports', used: 11 })],
      'usage_exceeded',
      'exports',
      [],
    ],
    [
      'two hard meters: the first is named',
      [meter({ meter: 'a', used: 11 }), meter({ meter: 'b', used: 11 })],
      'usage_exceeded',
      'a',
      [],
    ],
  ])('%s: %#', (_what, usage, code, subject, warnings) => {
    const verdict = validate(factsOf(running, START, { usage }));
    expect(verdict.code).toBe(code);
    expect(verdict.valid ? null : verdict.subject).toBe(subject);
    if (verdict.valid) expect(verdict.warnings).toEqual(warnings);
  });
});

describe('warnings', () => {
  const soft: MeterUsage = { meter: 'apiCalls', used: 11, limit: 10, enforcement: 'soft', resetsAt: END };
  const waiting = licenseAfter(
    issue({ plan: aPlan({ domainPolicy: { lateBinding: true } }), domains: [], startsAt: START, expiresAt: END }),
  );

  test.each<[string, License, Partial<Facts>, readonly string[]]>([
    ['none', running, {}, []],
    ['none of a fresh view and a seat that was granted', running, { stale: false, seat: 'granted' }, []],
    ['an old view alone', running, { stale: true }, ['stale_state']],
    ['an unconfirmed seat alone', running, { seat: 'unconfirmed' }, ['seat_unconfirmed']],
    ['a soft limit alone', running, { usage: [soft] }, ['usage_soft_limit']],
    ['a domain that is proposed alone', waiting, {}, ['binding_pending']],
    [
      'all of them, in one order',
      waiting,
      { stale: true, seat: 'unconfirmed', usage: [soft] },
      ['binding_pending', 'usage_soft_limit', 'seat_unconfirmed', 'stale_state'],
    ],
  ])('say: %s', (_what, license, changes, warnings) => {
    expect(validate(factsOf(license, START, changes))).toMatchObject({ valid: true, warnings });
  });
});

describe('a browser that says where it is', () => {
  const wild = licenseAfter(
    issue({
      startsAt: START,
      domains: [
        { domain: '*.example.com', www: true },
        { domain: 'example.org', www: false },
      ],
    }),
  );

  test.each([
    ['a.example.com', 'https://a.example.com', 'valid'],
    ['a.example.com', 'https://b.example.com', 'valid'],
    ['a.example.com', 'https://example.com', 'domain_mismatch'],
    ['a.example.com', 'https://example.org', 'domain_mismatch'],
    ['example.org', 'https://www.example.org', 'domain_mismatch'],
    ['example.org', 'http://example.org:8080', 'valid'],
    ['example.org', 'http://localhost:3000', 'domain_mismatch'],
    ['example.org', 'https://a b', 'domain_mismatch'],
    ['example.org', 'null', 'valid'],
    ['localhost', 'http://127.0.0.1:5173', 'valid'],
    ['localhost', 'https://example.org', 'domain_mismatch'],
    ['10.0.0.1', 'http://10.0.0.2', 'valid'],
    ['10.0.0.1', 'https://evil.example', 'domain_mismatch'],
  ])('asking for %s from %s: %s', (domain, origin, code) => {
    const request = { domain: canonicalizeHost(domain), origin: hostOfOrigin(origin) };
    expect(validate(factsOf(wild, START, { request })).code).toBe(code);
  });
});

/** Texts that support and dashboards show: a changed one is a change that somebody reads. */
const TEXTS: readonly (readonly [
  check: string,
  rule: string,
  failing: Partial<Facts>,
  code: string,
  remedy: string,
])[] = [
  [
    'readable',
    'The license key must be a key or a signed token in full.',
    { reference: { judged: 'malformed' } },
    'malformed',
    'Pass the license key exactly as it was issued.',
  ],
  [
    'trusted',
    'A signed token must be signed by a current key of this platform, for this purpose.',
    { reference: { judged: 'token_refused', code: 'bad_signature' } },
    'bad_signature',
    'Pass the token exactly as it was issued, or the license key instead.',
  ],
  [
    'trusted',
    'A signed token must be signed by a current key of this platform, for this purpose.',
    { reference: { judged: 'token_refused', code: 'unknown_key' } },
    'unknown_key',
    'Fetch a new token of the license: its signing key is no longer known.',
  ],
  [
    'trusted',
    'A signed token must be signed by a current key of this platform, for this purpose.',
    { reference: { judged: 'token_refused', code: 'unsupported_alg' } },
    'unsupported_alg',
    'Fetch a new token of the license: only Ed25519 signatures are accepted.',
  ],
  [
    'trusted',
    'A signed token must be signed by a current key of this platform, for this purpose.',
    { reference: { judged: 'token_refused', code: 'wrong_type' } },
    'wrong_type',
    'Pass a license token, not a token of another kind or for another audience.',
  ],
  [
    'known',
    'The key must belong to a license of the caller and must not have been replaced.',
    { license: undefined },
    'not_found',
    "Check the key, the tenant, and whether the license's key was rotated.",
  ],
  [
    'not_revoked',
    'A revoked license is invalid for ever.',
    { license: { ...running, revokedAt: at(1) } },
    'revoked',
    'Issue a new license.',
  ],
  [
    'in_force',
    'The license must be neither suspended nor cancelled.',
    { license: { ...running, suspensions: ['billing'] } },
    'suspended',
    'Reinstate the license for each of its reasons.',
  ],
  [
    'in_force',
    'The license must be neither suspended nor cancelled.',
    { license: { ...running, cancelledAt: at(1) } },
    'cancelled',
    'Renew the license.',
  ],
  ['started', 'The license must have started.', { now: START - 1 }, 'not_yet_valid', 'Wait until the license starts.'],
  [
    'not_expired',
    'The license must be within its term or its grace.',
    { now: GRACE_END },
    'expired',
    'Renew the license.',
  ],
  [
    'product_expected',
    'The license must be for the product the caller names.',
    { request: { domain: canonicalizeHost('example.com'), product: 'prod_2' } },
    'product_mismatch',
    'Use a license of the expected product, or correct the product in the request.',
  ],
  [
    'domain_covered',
    'The domain must be covered by a binding of the license, and a browser must be where it says it is.',
    { request: {} },
    'domain_required',
    'Pass the domain the software runs on.',
  ],
  [
    'domain_covered',
    'The domain must be covered by a binding of the license, and a browser must be where it says it is.',
    { request: { domain: canonicalizeHost('8.8.8.8') } },
    'domain_invalid',
    'Pass a host name only: no scheme, path, user or public address.',
  ],
  [
    'domain_covered',
    'The domain must be covered by a binding of the license, and a browser must be where it says it is.',
    { request: { domain: canonicalizeHost('example.org') } },
    'domain_mismatch',
    'Bind the domain to the license, or move a binding to it.',
  ],
  [
    'features_present',
    'The license must have every feature the caller demands.',
    { request: { domain: canonicalizeHost('example.com'), features: ['sso'] } },
    'feature_missing',
    'Add the feature to the license, or move it to a plan that has it.',
  ],
  [
    'within_usage',
    'No hard limit may be used up in the present period.',
    { usage: [{ meter: 'apiCalls', used: 11, limit: 10, enforcement: 'hard', resetsAt: END }] },
    'usage_exceeded',
    'Raise the limit, or wait until the period ends.',
  ],
  [
    'seat_available',
    'A seat must be free or already held by the caller.',
    { seat: 'refused' },
    'seats_exceeded',
    'Release a seat, or raise the number of seats.',
  ],
];

describe('what an explanation says', () => {
  test.each(TEXTS)('%s: %s (%#)', (check, rule, failing, code, remedy) => {
    const [report] = explain(factsOf(running, START, failing)).filter((one) => one.outcome === 'fail');
    expect(report).toMatchObject({ check, rule, code, remedy });
  });

  it('is the same for every check that passes: its rule, and no code, subject or remedy', () => {
    const rules = new Map(TEXTS.map(([check, rule]) => [check, rule]));
    expect(explain(factsOf(running, START))).toEqual(
      [...rules].map(([check, rule]) => ({ check, outcome: 'pass', code: null, subject: null, rule, remedy: null })),
    );
  });

  it('names the feature or the meter a check fails for, and nothing for the others', () => {
    const subjects = TEXTS.map(([, , failing]) =>
      explain(factsOf(running, START, failing)).find((one) => one.outcome === 'fail'),
    ).map((report) => report?.subject ?? null);
    expect(subjects.filter((subject) => subject !== null)).toEqual(['sso', 'apiCalls']);
  });
});
