import { describe, expect, it } from '@jest/globals';
import { DAY_MS, licenseDecider } from '@leasehold/licensing';
import { generateSigningKey, signLicenseToken } from '@leasehold/tokens';
import { aPlan, CAUSE, issueCommand, licenseIn, NOW, stateAfter } from '../../test/license-examples.js';
import { decideCommands } from './decide-commands.js';
import { tokenClaims } from './token-claims.js';
import { beyondTokens } from './token-limits.js';

const URL = 'https://licenses.example.com';
const issued = stateAfter(issueCommand());
const suspend = { type: 'SuspendLicense', reason: 'x', ...CAUSE } as const;
const names = (decision: ReturnType<typeof decideCommands>) =>
  'refusal' in decision ? decision.refusal.code : decision.events.map(({ type }) => type);
const names60 = (count: number) => Array.from({ length: count }, (_, n) => `${'f'.repeat(58)}${n}`);

describe('decideCommands', () => {
  it('decides each command upon what the one before made', () => {
    const reinstate = { type: 'ReinstateLicense', reason: 'x', ...CAUSE } as const;
    expect(names(decideCommands(issued, [suspend, suspend, reinstate], URL))).toEqual([
      'LicenseSuspended',
      'LicenseReinstated',
    ]);
  });

  it('does nothing of what is refused in part', () => {
    const release = { type: 'ReleaseDomain', domain: 'a.com', ...CAUSE } as const;
    expect(names(decideCommands(issued, [suspend, release], URL))).toBe('license.domain_not_bound');
  });

  it('stays quiet without commands, and on a license that is not there', () => {
    expect(names(decideCommands(issued, [], URL))).toEqual([]);
    expect(names(decideCommands(licenseDecider.initial, [], URL))).toEqual([]);
  });

  it('refuses what no receipt could hold, though the token could', () => {
    const features = names60(68);
    const change = { type: 'ChangeFeatures', features, ...CAUSE } as const;
    expect(names(decideCommands(issued, [change], URL))).toBe('license.too_large');
    expect(names(decideCommands(issued, [{ ...change, features: features.slice(8) }], URL))).toEqual([
      'FeaturesChanged',
    ]);
  });

  it('refuses an end that no verifier would believe', () => {
    const renew = (expiresAt: number) => ({ type: 'RenewLicense', expiresAt, ...CAUSE }) as const;
    expect(names(decideCommands(issued, [renew(NOW + 36_525 * DAY_MS)], URL))).toEqual(['LicenseRenewed']);
    expect(names(decideCommands(issued, [renew(NOW + 36_525 * DAY_MS + 1)], URL))).toBe('license.time_range_invalid');
  });

  it('never refuses to revoke, suspend or release for the size of a license', () => {
    // as large as a shorter public URL allowed
    const full = stateAfter(issueCommand({ features: names60(60), domains: [{ domain: 'a.com', www: true }] }));
    const long = `https://${'l'.repeat(60)}.example/${'p'.repeat(4_000)}`;
    expect(beyondTokens(licenseIn(full), long)?.code).toBe('license.too_large');
    const release = { type: 'ReleaseDomain', domain: 'a.com', ...CAUSE } as const;
    const revoke = { type: 'RevokeLicense', note: null, ...CAUSE } as const;
    expect(names(decideCommands(full, [suspend, release, revoke], long))).toEqual([
      'LicenseSuspended',
      'DomainReleased',
      'LicenseRevoked',
    ]);
  });
});

describe('a license that was not refused', () => {
  const key = generateSigningKey('license', (size) => new Uint8Array(size).fill(7));

  it('has a token that can be signed, at any later version', () => {
    const domain = (n: number) => ({ domain: `${'d'.repeat(50)}${n}.example`, www: true });
    for (let count = 0; ; count++) {
      const domains = Array.from({ length: count }, (_, n) => domain(n));
      const decision = decideCommands(licenseDecider.initial, [issueCommand({ domains })], URL);
      if ('refusal' in decision) {
        expect(decision.refusal.code).toBe('license.too_large');
        expect(count).toBeGreaterThan(60);
        return;
      }
      const license = licenseIn(decision.events.reduce(licenseDecider.evolve, licenseDecider.initial));
      const claims = tokenClaims({ ...license, version: 999_999_999 }, URL);
      expect(signLicenseToken(claims, key).length).toBeLessThanOrEqual(8_192);
    }
  });

  it('keeps its plan, whatever it is called, within a receipt', () => {
    const plan = aPlan({ name: '🎉'.repeat(100), limits: { apiCalls: Number.MAX_SAFE_INTEGER } });
    expect(names(decideCommands(licenseDecider.initial, [issueCommand({ plan })], URL))).toEqual(['LicenseIssued']);
  });
});
