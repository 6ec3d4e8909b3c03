import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aLicense } from '../../test/running-validation.js';
import { createEntryMaker } from './license-entry.js';
import { createLicenseTable } from './license-table.js';

const hash = (digit: string): string => digit.repeat(64);
const key = (digit: string, sinceVersion: number, validUntil: number | null = null) => ({
  hash: hash(digit),
  sinceVersion,
  validUntil,
});

describe('the license table', () => {
  it('finds a license by each of its keys and by its id', () => {
    const table = createLicenseTable();
    const license = aLicense({ keys: [key('a', 1, 99), key('b', 2)] });
    expect(table.apply(license)).toBe(true);
    expect(table.byKeyHash(hash('a'))?.license).toEqual(license);
    expect(table.byKeyHash(hash('b'))?.license).toEqual(license);
    expect(table.byId(license.id)?.license).toEqual(license);
    expect(table.byKeyHash(hash('c'))).toBeUndefined();
    expect(table.size()).toBe(1);
  });

  it('forgets a key that the license no longer has', () => {
    const table = createLicenseTable();
    const license = aLicense({ keys: [key('a', 1)] });
    table.apply(license);
    table.apply({ ...license, version: 2, keys: [key('b', 2)] });
    expect(table.byKeyHash(hash('a'))).toBeUndefined();
    expect(table.byKeyHash(hash('b'))?.license.version).toBe(2);
    expect(table.size()).toBe(1);
  });

  it('never takes an older version, nor the same one again: a revocation never un-happens', () => {
    const table = createLicenseTable();
    const license = aLicense({ version: 3, revokedAt: 5 });
    table.apply(license);
    expect(table.apply({ ...license, version: 2, revokedAt: null })).toBe(false);
    expect(table.apply({ ...license, version: 3, revokedAt: null })).toBe(false);
    expect(table.byId(license.id)?.license.revokedAt).toBe(5);
  });

  it('ends at the newest version, in whatever order the versions come', () => {
    const versions = fc.shuffledSubarray([1, 2, 3, 4, 5, 6], { minLength: 1 });
    const license = aLicense();
    fc.assert(
      fc.property(versions, (order) => {
        const table = createLicenseTable();
        const digits = ['a', 'b', 'c', 'd', 'e', 'f'];
        for (const version of order) {
          const newest = key(digits[version - 1] ?? '', version);
          table.apply({ ...license, version, keys: [newest] });
        }
        const highest = Math.max(...order);
        expect(table.byId(license.id)?.license.version).toBe(highest);
        const found = digits.map((digit) => table.byKeyHash(hash(digit))?.license.version);
        expect(found.filter((version) => version !== undefined)).toEqual([highest]);
      }),
      { seed: 2, numRuns: 200 },
    );
  });
});

describe('an entry', () => {
  it('shares what licenses have in common', () => {
    const entryOf = createEntryMaker();
    const [one, other] = [entryOf(aLicense()), entryOf(aLicense())];
    expect(one.license.features).toBe(other.license.features);
    expect(one.license.domainPolicy).toBe(other.license.domainPolicy);
    expect(one.license.id).not.toBe(other.license.id);
  });

  it('keeps apart what only looks alike', () => {
    const entryOf = createEntryMaker();
    const one = entryOf(aLicense({ plan: '["a"]', features: ['a'] }));
    expect(one.license.plan).toBe('["a"]');
    expect(one.license.features).toEqual(['a']);
  });

  it('has its terms and its end as JSON', () => {
    const license = aLicense({ plan: 'a "plan"', features: ['ü'], limits: { apiCalls: 1 }, expiresAt: 0 });
    const entry = createEntryMaker()(license);
    expect(JSON.parse(`{${entry.terms},"expiresAt":${entry.expiresAt}}`)).toEqual({
      plan: 'a "plan"',
      features: ['ü'],
      limits: { apiCalls: 1 },
      expiresAt: '1970-01-01T00:00:00.000Z',
    });
    expect(createEntryMaker()(aLicense({ expiresAt: null })).expiresAt).toBe('null');
  });
});
