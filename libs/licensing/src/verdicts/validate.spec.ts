import { describe, expect, it, test } from '@jest/globals';
import { aPlan, ask, at, hash, issue, licenseAfter } from '../../test/license-examples.js';
import { canonicalizeHost } from '../domains/canonicalize-host.js';
import { hostOfOrigin } from '../domains/host-of-origin.js';
import type { License } from '../license/license.js';
import { explain } from './explain.js';
import type { Facts, MeterUsage, ValidationRequest } from './facts.js';
import { GUARDS } from './guards.js';
import { validate } from './validate.js';
import { VERDICT_CODES, type VerdictCode } from './verdict.js';

const license = licenseAfter(issue(), ask('RotateKey', 1, { keyHash: hash('b'), overlapHours: 24 }));
const host = (domain: string): ValidationRequest => ({ domain: canonicalizeHost(domain) });
const calls: MeterUsage = { meter: 'apiCalls', used: 1000, limit: 1000, enforcement: 'hard', resetsAt: at(31) };

const facts = (changes: Partial<Facts> = {}): Facts => ({
  reference: { judged: 'key', hash: hash('b') },
  license,
  request: host('example.com'),
  now: at(10),
  usage: [],
  seat: 'not_asked',
  ...changes,
});

const codeFor = (changes: Partial<Facts>): VerdictCode => validate(facts(changes)).code;
const but = (changes: Partial<License>): License => ({ ...license, ...changes });
const bound = (...domains: readonly string[]): License => {
  const plan = aPlan({ domainPolicy: { max: 9, kinds: ['exact', 'wildcard', 'subtree'] } });
  return licenseAfter(issue({ plan, domains: domains.map((domain) => ({ domain, www: true })), keyHash: hash('b') }));
};

describe('a granted verdict', () => {
  it('names the binding, its assurance and the environment', () => {
    expect(validate(facts({ request: host('WWW.example.com:443') }))).toEqual({
      valid: true,
      code: 'valid',
      domain: 'www.example.com',
      matchedDomain: 'example.com',
      assurance: 'declared',
      environment: 'production',
      grace: false,
      graceEndsAt: null,
      warnings: [],
    });
  });

  it('is valid in grace, and says until when', () => {
    expect(validate(facts({ now: at(365) }))).toMatchObject({ valid: true, grace: true, graceEndsAt: at(372) });
    expect(validate(facts({ now: at(365) - 1 }))).toMatchObject({ valid: true, grace: false });
  });

  it('carries the assurance of the binding, which a request never raises', () => {
    const bindings = license.bindings.map((binding) => ({ ...binding, assurance: 'proven' as const }));
    expect(validate(facts({ license: but({ bindings }) }))).toMatchObject({ assurance: 'proven' });
    const request = { ...host('example.com'), origin: hostOfOrigin('https://example.com') };
    expect(validate(facts({ request }))).toMatchObject({ assurance: 'declared' });
  });

  it('warns of a soft limit, an unconfirmed seat and an old view, and of nothing else', () => {
    const usage = [{ ...calls, used: 1001, enforcement: 'soft' as const }];
    expect(validate(facts({ usage, seat: 'unconfirmed', stale: true }))).toMatchObject({
      valid: true,
      warnings: ['usage_soft_limit', 'seat_unconfirmed', 'stale_state'],
    });
    expect(validate(facts({ usage: [calls], seat: 'granted', stale: false }))).toMatchObject({ warnings: [] });
  });

  it('takes a token for the key of its time', () => {
    expect(codeFor({ reference: { judged: 'token', version: 2 } })).toBe('valid');
    expect(codeFor({ reference: { judged: 'token', version: 1 }, now: at(2) - 1 })).toBe('valid');
  });
});

/** One way to fail each check, in the order of the checks: a later one must never show before an earlier one. */
const failures: readonly [code: VerdictCode, changes: Partial<Facts>][] = [
  ['malformed', { reference: { judged: 'malformed' } }],
  ['bad_signature', { reference: { judged: 'token_refused', code: 'bad_signature' } }],
  ['not_found', { reference: { judged: 'key', hash: hash('c') } }],
  ['revoked', { license: but({ revokedAt: at(5) }) }],
  ['suspended', { license: but({ suspensions: ['billing'] }) }],
  ['cancelled', { license: but({ cancelledAt: at(5) }) }],
  ['not_yet_valid', { license: but({ startsAt: at(11) }) }],
  ['expired', { license: but({ expiresAt: at(3) }) }],
  ['product_mismatch', { request: { ...host('example.com'), product: 'prod_2' } }],
  ['domain_mismatch', { request: host('example.org') }],
  ['feature_missing', { request: { ...host('example.com'), features: ['analytics', 'webhooks'] } }],
  ['usage_exceeded', { usage: [{ ...calls, used: 1001 }] }],
  ['seats_exceeded', { seat: 'refused' }],
];

const together = (one: Partial<Facts>, other: Partial<Facts>): Partial<Facts> => {
  const differing = (changed: License | undefined): Partial<License> =>
    Object.fromEntries(
      Object.entries(changed ?? license).filter(([key, value]) => value !== license[key as keyof License]),
    );
  return {
    ...other,
    ...one,
    license: but({ ...differing(other.license), ...differing(one.license) }),
    request: {
      domain: canonicalizeHost(
        [one, other].some(({ request }) => request?.domain?.ok && request.domain.host === 'example.org')
          ? 'example.org'
          : 'example.com',
      ),
      product: one.request?.product ?? other.request?.product,
      features: one.request?.features ?? other.request?.features,
    },
  };
};

describe('a refused verdict', () => {
  test.each(failures)('is %s when that alone is wrong', (code, changes) => {
    expect(validate(facts(changes))).toMatchObject({ valid: false, code });
  });

  test.each(
    failures.flatMap(([code, one], at) =>
      failures.slice(at + 1).map(([later, other]) => [code, later, one, other] as const),
    ),
  )('is %s before it is %s', (code, _later, one, other) => {
    expect(codeFor(together(one, other))).toBe(code);
  });

  test.each(['bad_signature', 'unknown_key', 'unsupported_alg', 'wrong_type'] as const)(
    'says %s of a token that is not ours, whatever is known of the license',
    (code) => {
      expect(codeFor({ reference: { judged: 'token_refused', code }, license: undefined })).toBe(code);
    },
  );

  it('is not_found without a license, with a replaced key or token, and for another tenant', () => {
    expect(codeFor({ license: undefined })).toBe('not_found');
    expect(codeFor({ reference: { judged: 'key', hash: hash('a') }, now: at(2) })).toBe('not_found');
    expect(codeFor({ reference: { judged: 'token', version: 1 }, now: at(2) })).toBe('not_found');
    expect(codeFor({ request: { ...host('example.com'), tenantId: 'ten_2' } })).toBe('not_found');
    expect(codeFor({ request: { ...host('example.com'), tenantId: 'ten_1' } })).toBe('valid');
  });

  it('turns at the very millisecond of start and end', () => {
    expect(codeFor({ license: but({ startsAt: at(10) }) })).toBe('valid');
    expect(codeFor({ license: but({ startsAt: at(10) + 1 }) })).toBe('not_yet_valid');
    expect(codeFor({ now: at(372) - 1 })).toBe('valid');
    expect(codeFor({ now: at(372) })).toBe('expired');
  });

  it('asks for a domain, and for one that can be read', () => {
    expect(codeFor({ request: {} })).toBe('domain_required');
    expect(codeFor({ request: host('https://example.com') })).toBe('domain_invalid');
    expect(codeFor({ request: host('8.8.8.8') })).toBe('domain_invalid');
  });

  it('names the feature and the meter', () => {
    const request = { ...host('example.com'), features: ['analytics', 'webhooks'] };
    expect(validate(facts({ request }))).toEqual({ valid: false, code: 'feature_missing', subject: 'webhooks' });
    expect(validate(facts({ usage: [{ ...calls, used: 1001 }] }))).toMatchObject({ subject: 'apiCalls' });
  });

  it('lets the last unit of a hard limit through and refuses the next', () => {
    expect(codeFor({ usage: [{ ...calls, used: 1000 }] })).toBe('valid');
    expect(codeFor({ usage: [{ ...calls, used: 1001 }] })).toBe('usage_exceeded');
  });
});

describe('development hosts', () => {
  test.each(['localhost:3000', 'shop.test', '[::1]:80', '192.168.0.10'])('%s validates as development', (domain) => {
    expect(validate(facts({ request: host(domain) }))).toMatchObject({ valid: true, environment: 'development' });
  });

  it('mismatch where the plan has none, bound or not', () => {
    const withLocalhost = bound('example.com', 'localhost');
    const domainPolicy = { ...withLocalhost.domainPolicy, development: false };
    expect(codeFor({ license: { ...withLocalhost, domainPolicy }, request: host('localhost') })).toBe(
      'domain_mismatch',
    );
  });
});

describe('the browser’s origin', () => {
  const ask = (domain: string, origin: string, target = bound('example.com', '**.example.net')): VerdictCode =>
    codeFor({ license: target, request: { ...host(domain), origin: hostOfOrigin(origin) } });

  test.each([
    ['example.com', 'https://example.com'],
    ['example.com', 'https://www.example.com'],
    ['example.net', 'https://app.example.net'],
    ['example.com', 'null'],
    ['localhost', 'http://localhost:5173'],
    ['shop.test', 'http://localhost:5173'],
  ])('%s is believed from %s', (domain, origin) => {
    expect(ask(domain, origin)).toBe('valid');
  });

  test.each([
    ['example.com', 'https://evil.example'],
    ['example.com', 'https://app.example.net'],
    ['example.com', 'http://localhost'],
    ['example.com', 'https://example.com.evil.org'],
    ['example.com', 'https://exa mple.com'],
    ['localhost', 'https://evil.example'],
  ])('%s is not believed from %s', (domain, origin) => {
    expect(ask(domain, origin)).toBe('domain_mismatch');
  });
});

describe('late binding', () => {
  const plan = aPlan({ domainPolicy: { max: 1, lateBinding: true } });
  const waiting = licenseAfter(issue({ plan, domains: [], keyHash: hash('b') }));
  const first = (domain: string, firstGrantedDomain?: string): Facts =>
    facts({ license: waiting, request: host(domain), firstGrantedDomain });

  it('grants the first domain with a warning', () => {
    expect(validate(first('shop.example'))).toMatchObject({
      valid: true,
      matchedDomain: 'shop.example',
      assurance: 'declared',
      warnings: ['binding_pending'],
    });
  });

  it('grants what the binding will cover, and refuses others meanwhile', () => {
    expect(validate(first('www.shop.example', 'shop.example')).code).toBe('valid');
    expect(validate(first('other.example', 'shop.example')).code).toBe('domain_mismatch');
  });

  it('never takes a public suffix, and never a development host for the first domain', () => {
    expect(validate(first('co.uk')).code).toBe('domain_mismatch');
    expect(validate(first('localhost'))).toMatchObject({ valid: true, environment: 'development', warnings: [] });
  });

  it('is over once a domain is bound, and never begins where the plan has none', () => {
    const domains = [{ domain: 'a.example', www: true }];
    const taken = licenseAfter(issue({ plan, domains, keyHash: hash('b') }));
    expect(codeFor({ license: taken, request: host('b.example') })).toBe('domain_mismatch');
    const strict = licenseAfter(issue({ domains: [], keyHash: hash('b') }));
    expect(codeFor({ license: strict, request: host('b.example') })).toBe('domain_mismatch');
  });

  it('does not believe a browser on another host either', () => {
    const request = { ...host('shop.example'), origin: hostOfOrigin('https://evil.example') };
    expect(codeFor({ license: waiting, request })).toBe('domain_mismatch');
  });
});

describe('explain', () => {
  it('reports every check in order, each with its rule, and passes them all when the verdict is valid', () => {
    const reports = explain(facts());
    expect(reports.map((report) => report.check)).toEqual(GUARDS.map((guard) => guard.check));
    expect(reports.every((report) => report.outcome === 'pass' && report.rule.endsWith('.'))).toBe(true);
  });

  test.each(failures)(
    'agrees with the verdict %s: it is the first check that fails, with a remedy',
    (code, changes) => {
      const failed = explain(facts(changes)).find((report) => report.outcome === 'fail');
      expect(failed).toMatchObject({ code });
      expect(failed?.remedy).toMatch(/^[A-Z].*\.$/);
    },
  );

  it('reports later failures too', () => {
    const failed = explain(facts({ request: host('example.org'), now: at(400) })).filter(
      (report) => report.outcome === 'fail',
    );
    expect(failed.map((report) => report.code)).toEqual(['expired', 'domain_mismatch']);
  });

  it('does not reach what needs a license when there is none', () => {
    const outcomes = explain(facts({ license: undefined })).map((report) => report.outcome);
    expect(outcomes).toEqual(['pass', 'pass', 'fail', ...Array<string>(9).fill('not_reached')]);
  });
});

test('every code is listed once, in the order of the checks, valid last', () => {
  expect(new Set(VERDICT_CODES).size).toBe(VERDICT_CODES.length);
  expect(VERDICT_CODES.at(-1)).toBe('valid');
  const positions = failures.map(([code]) => VERDICT_CODES.indexOf(code));
  expect(positions).toEqual(positions.toSorted((one, other) => one - other));
});
