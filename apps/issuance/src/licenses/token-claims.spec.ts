import { describe, expect, it } from '@jest/globals';
import { generateSigningKey } from '@leasehold/tokens';
import { aPlan, CAUSE, issueCommand, licenseIn, NOW, stateAfter } from '../../test/license-examples.js';
import { NO_LICENSE, NOTHING_KEPT } from './load-license.js';
import { mintLicenseToken } from './mint-license-token.js';
import { issuerOf, tokenClaims } from './token-claims.js';

const claimsOf = (...changes: Parameters<typeof issueCommand>) =>
  tokenClaims(licenseIn(stateAfter(issueCommand(...changes))), 'https://licenses.example.com');

describe('tokenClaims', () => {
  it('name the tenant under the public URL, however that ends', () => {
    expect(issuerOf('https://licenses.example.com', 'ten_1')).toBe('https://licenses.example.com/t/ten_1');
    expect(issuerOf('https://example.com/licenses//', 'ten_1')).toBe('https://example.com/licenses/t/ten_1');
  });

  it('have the primary domain, and all of them only when there are more', () => {
    expect(claimsOf()).not.toHaveProperty('domain');
    const one = claimsOf({ domains: [{ domain: 'a.com', www: true }] });
    expect([one.domain, one.domains]).toEqual(['a.com', undefined]);
    const two = claimsOf({ domains: ['a.com', '*.b.com'].map((domain) => ({ domain, www: true })) });
    expect([two.domain, two.domains]).toEqual(['a.com', ['a.com', '*.b.com']]);
  });

  it('are never good for longer than the license: starts round up, ends round down', () => {
    const { nbf, exp, iat } = claimsOf({ startsAt: NOW + 1_500, expiresAt: NOW + 9_999 });
    expect([nbf, exp, iat].map((time) => (time ?? 0) - NOW / 1000)).toEqual([2, 9, 0]);
  });

  it('leave out what does not apply: an earlier start, an end, a trial', () => {
    const claims = claimsOf({ startsAt: NOW - 1, plan: aPlan({ durationDays: null }) });
    expect(Object.keys(claims)).not.toEqual(expect.arrayContaining(['nbf']));
    expect(claims).not.toHaveProperty('exp');
    expect(claims).not.toHaveProperty('trial');
    expect(claimsOf({ plan: aPlan({ trialDays: 3 }) })).toMatchObject({ trial: true, grace: 0 });
  });

  it('hang on the version alone', () => {
    const commands = [issueCommand(), { type: 'SuspendLicense', reason: 'x', ...CAUSE, now: NOW + 60_000 }] as const;
    const license = licenseIn(stateAfter(...commands));
    const claims = tokenClaims(license, 'https://l.example');
    expect(claims).toMatchObject({ ver: 2, iat: NOW / 1000 + 60, jti: `${license.id}.2` });
    expect(tokenClaims(structuredClone(license), 'https://l.example')).toEqual(claims);
  });
});

describe('mintLicenseToken', () => {
  const state = stateAfter(issueCommand());
  const key = generateSigningKey('license', (size) => new Uint8Array(size).fill(7));
  const mint = (publicUrl: string, stored = { state, version: 1, kept: NOTHING_KEPT }) =>
    mintLicenseToken(
      { publicUrl, loadLicense: () => Promise.resolve(stored), signingKeys: () => Promise.resolve(key) },
      'ten_1',
      licenseIn(state).id,
    );

  it('refuses what a public URL that has grown puts beyond the limit', async () => {
    expect(await mint('https://l.example')).toHaveProperty('token');
    expect(await mint(`https://l.example/${'p'.repeat(6_000)}`)).toEqual({ refusal: { code: 'license.too_large' } });
  });

  it('finds no license where none is', async () => {
    expect(await mint('https://l.example', NO_LICENSE)).toEqual({ refusal: { code: 'license.not_found' } });
  });
});
