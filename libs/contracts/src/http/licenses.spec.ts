import { describe, expect, it, test } from '@jest/globals';
import type { z } from 'zod';
import { licenseRoutes } from './licenses.js';

const planId = 'plan_01jd3mzk4qf8x2v6n0c7r5t9wb';
const reads = (schema: z.ZodType, sent: unknown): unknown => {
  const parsed = schema.safeParse(sent);
  return parsed.success ? parsed.data : 'refused';
};
const issue = (changes: object): unknown => reads(licenseRoutes.issueLicense.body, { planId, ...changes });

describe('issuing', () => {
  it('needs a plan and nothing else; what is left out is the plan’s to say', () => {
    expect(issue({})).toEqual({ planId, domains: [] });
    expect(reads(licenseRoutes.issueLicense.body, {})).toBe('refused');
  });

  test.each<[string, object]>([
    ['100 domains', { domains: Array.from({ length: 100 }, (_, n) => `d${String(n)}.example`) }],
    ['a domain of one character', { domains: ['a'] }],
    ['a domain of 300 characters, which its rules judge', { domains: ['a'.repeat(300)] }],
    ['a reference of one character', { customer: { reference: 'r' } }],
    ['a reference of 200 characters', { customer: { reference: 'r'.repeat(200) } }],
    ['an e-mail of 320 characters', { customer: { reference: 'r', email: `${'a'.repeat(308)}@example.com` } }],
    ['no features, which is not those of the plan', { features: [] }],
    ['no limits of its own', { limits: {} }],
  ])('takes %s', (_what, changes) => {
    expect(issue(changes)).toMatchObject(changes);
  });

  test.each<[string, object]>([
    ['a domain without a character', { domains: [''] }],
    ['a domain of 301 characters', { domains: ['a'.repeat(301)] }],
    ['a domain that is a number', { domains: [7] }],
    ['a domain that is null', { domains: [null] }],
    ['a list in the list of domains', { domains: [['a.example']] }],
    ['one domain outside of a list', { domains: 'a.example' }],
    ['a domain with an unknown member', { domains: [{ domain: 'a.example', kind: 'exact' }] }],
    ['an object without a domain', { domains: [{ www: true }] }],
    ['a www that is text', { domains: [{ domain: 'a.example', www: 'true' }] }],
    ['a customer without a reference', { customer: { email: 'a@example.com' } }],
    ['an empty reference', { customer: { reference: '' } }],
    ['a reference of 201 characters', { customer: { reference: 'r'.repeat(201) } }],
    ['a reference with half a pair', { customer: { reference: '\udc00' } }],
    ['an e-mail of 321 characters', { customer: { reference: 'r', email: `${'a'.repeat(309)}@example.com` } }],
    ['an e-mail with a NUL', { customer: { reference: 'r', email: 'a\0@example.com' } }],
    ['an unknown member of the customer', { customer: { reference: 'r', name: 'n' } }],
    ['a start that is a number', { startsAt: 0 }],
    ['an end of null: perpetual is for the plan to say', { expiresAt: null }],
  ])('refuses %s', (_what, changes) => {
    expect(issue(changes)).toBe('refused');
  });

  it('covers the www host of a domain unless told otherwise', () => {
    expect(issue({ domains: [{ domain: 'a.example' }] })).toMatchObject({
      domains: [{ domain: 'a.example', www: true }],
    });
  });
});

describe('the reason of a suspension', () => {
  const { suspendLicense, reinstateLicense } = licenseRoutes;

  test.each(['a', 'billing', 'past-due', 'abuse_2', 'x'.repeat(64)])('may be %j', (reason) => {
    expect(reads(suspendLicense.body, { reason })).toEqual({ reason });
    expect(reads(reinstateLicense.body, { reason })).toEqual({ reason });
  });

  test.each(['', 'A', '1a', '-a', '_a', 'a b', 'ä', 'a.b', 'a\n', 'a\0', 'x'.repeat(65), null, 7, undefined])(
    'is never %j',
    (reason) => {
      expect(reads(suspendLicense.body, { reason })).toBe('refused');
      expect(reads(reinstateLicense.body, { reason })).toBe('refused');
    },
  );
});

describe('the note of a cancellation or revocation', () => {
  it('is said to stay in the event for ever', () => {
    for (const { description } of [licenseRoutes.cancelLicense, licenseRoutes.revokeLicense])
      expect(description).toContain('stays in it for ever');
  });

  const bodies = [licenseRoutes.cancelLicense.body, licenseRoutes.revokeLicense.body];

  test.each([undefined, '', 'moved away\nto "another"', 'n'.repeat(1000), '🔑'])('may be %j', (note) => {
    for (const body of bodies) expect(reads(body, { note })).toEqual({ note });
  });

  test.each([null, 7, 'n'.repeat(1001), 'a\0', '\ud83d'])('is never %j', (note) => {
    for (const body of bodies) expect(reads(body, { note })).toBe('refused');
  });
});

describe('the overlap of two keys', () => {
  test.each([
    [{}, 72],
    [{ overlapHours: 0 }, 0],
    [{ overlapHours: 8760 }, 8760],
  ])('asked for by %j is %i hours', (sent, overlapHours) => {
    expect(reads(licenseRoutes.rotateLicenseKey.body, sent)).toEqual({ overlapHours });
  });

  test.each([-1, 8761, 0.5, '72', null])('is never %j', (overlapHours) => {
    expect(reads(licenseRoutes.rotateLicenseKey.body, { overlapHours })).toBe('refused');
  });
});

describe('renewing, changing and moving', () => {
  it('renews by the duration of the plan when no end is given', () => {
    expect(reads(licenseRoutes.renewLicense.body, {})).toEqual({});
    expect(reads(licenseRoutes.renewLicense.body, { expiresAt: '2027-01-01T00:00:00Z' })).toEqual({
      expiresAt: Date.UTC(2027, 0, 1),
    });
  });

  it('changes nothing that is not said: no member gets a default', () => {
    expect(reads(licenseRoutes.updateLicense.body, {})).toEqual({});
  });

  test.each([
    [{ from: 'a.example' }],
    [{ to: 'a.example' }],
    [{ from: '', to: 'a.example' }],
    [{ from: 'a.example', to: '' }],
    [{ from: 'a.example', to: 'b'.repeat(301) }],
    [{ from: 'a.example', to: { domain: 'b.example' } }],
  ])('moves nothing for %j', (sent) => {
    expect(reads(licenseRoutes.moveDomain.body, sent)).toBe('refused');
  });
});

describe('the licenses that are asked for', () => {
  const query = (sent: object): unknown => reads(licenseRoutes.listLicenses.query, sent);

  test.each(['active', 'trial', 'suspended', 'cancelled', 'expired', 'revoked'])(
    'may be those that are %s',
    (status) => {
      expect(query({ status })).toEqual({ limit: 20, status });
    },
  );

  test.each([
    { status: 'grace' },
    { status: 'Active' },
    { domain: '' },
    { domain: 'a'.repeat(301) },
    { customer: '' },
    { customer: 'c'.repeat(201) },
    { productId: planId },
    { planId: 'plan_1' },
  ])('are never those of %j', (sent) => {
    expect(query(sent)).toBe('refused');
  });

  it('may be those of a domain or a customer of the longest name', () => {
    const longest = { domain: 'a'.repeat(300), customer: 'c'.repeat(200) };
    expect(query(longest)).toEqual({ limit: 20, ...longest });
  });
});

describe('the domain in a path', () => {
  const licenseId = 'lic_7d3mzk4qf8x2v6n0c7r5t9wb4e1s';
  const params = (domain: unknown): unknown => reads(licenseRoutes.releaseDomain.params, { licenseId, domain });

  test.each(['a', '*.example.com', '**.bücher.example', 'a'.repeat(300)])('may be %j', (domain) => {
    expect(params(domain)).toEqual({ licenseId, domain });
  });

  test.each(['', 'a'.repeat(301), undefined, 7])('is never %j', (domain) => {
    expect(params(domain)).toBe('refused');
  });
});
