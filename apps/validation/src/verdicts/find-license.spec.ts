import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { generateLicenseId, generateRotatedKey, hashLicenseKey } from '@leasehold/tokens';
import { aLicense, OTHER_TENANT, PRODUCT, TENANT } from '../../test/running-validation.js';
import { createLicenseTable, type LicenseTable } from '../license-table/license-table.js';
import { createFindLicense, type FindLicense } from './find-license.js';
import type { ReadToken } from './license-tokens.js';

const TOKEN = `header.${'x'.repeat(40)}.signature`;
let table: LicenseTable;
let waits: number;
/** What arrives while somebody waits. */
let arrives: () => void;
let token: ReadToken;
let find: FindLicense;

beforeEach(() => {
  table = createLicenseTable();
  waits = 0;
  arrives = () => undefined;
  token = { refused: 'malformed' };
  find = createFindLicense(
    table,
    () => token,
    () => {
      waits += 1;
      arrives();
      return Promise.resolve();
    },
  );
});

describe('a license key', () => {
  it('that is known is found at once, without waiting', () => {
    const license = aLicense();
    table.apply(license);
    expect(find(license.id, 0)).toMatchObject({
      reference: { judged: 'key', hash: hashLicenseKey(license.id) },
      entry: { license: { id: license.id } },
    });
    expect(waits).toBe(0);
  });

  it.each([generateLicenseId, generateRotatedKey])(
    'that is plausible is waited for, and found if it comes',
    async (make) => {
      const key = make(randomBytes);
      const license = aLicense({ keys: [{ hash: hashLicenseKey(key), sinceVersion: 1, validUntil: null }] });
      expect(await find(key, 0)).toMatchObject({ entry: undefined });
      arrives = () => table.apply(license);
      expect(await find(key, 0)).toMatchObject({ entry: { license: { id: license.id } } });
      expect(waits).toBe(2);
    },
  );

  it.each([
    '',
    'l',
    'lic_',
    'x'.repeat(32),
    `lic_${'0'.repeat(28)}`,
    `lk_${'z'.repeat(28)}`,
    'garbage',
    'x'.repeat(9_000),
  ])('that is garbage (%s) dies at once, without waiting', (key) => {
    expect(find(key, 0)).toMatchObject({ reference: { judged: 'malformed' } });
    expect(waits).toBe(0);
  });
});

describe('a token', () => {
  const reference = { tenantId: TENANT, productId: PRODUCT, version: 3 };

  it('is a reference to the license it names, by its version', () => {
    const license = aLicense();
    table.apply(license);
    token = { ...reference, licenseId: license.id };
    expect(find(TOKEN, 0)).toMatchObject({ reference: { judged: 'token', version: 3 }, entry: { license } });
  });

  it('is waited for when its license is not there yet', async () => {
    const license = aLicense();
    token = { ...reference, licenseId: license.id };
    arrives = () => table.apply(license);
    expect(await find(TOKEN, 0)).toMatchObject({ entry: { license: { id: license.id } } });
  });

  it('of one tenant stands for no license of another', () => {
    const license = aLicense({ tenantId: OTHER_TENANT });
    table.apply(license);
    token = { ...reference, licenseId: license.id };
    expect(find(TOKEN, 0)).toMatchObject({ reference: { judged: 'token' }, entry: undefined });
  });

  it('for another product than its license’s is of the wrong type', () => {
    const license = aLicense();
    table.apply(license);
    token = { ...reference, licenseId: license.id, productId: 'prod_other' };
    expect(find(TOKEN, 0)).toEqual({ reference: { judged: 'token_refused', code: 'wrong_type' }, entry: undefined });
  });

  it.each(['bad_signature', 'unknown_key', 'unsupported_alg', 'wrong_type'] as const)(
    'that is refused as %s is that verdict, without waiting',
    (refused) => {
      token = { refused };
      expect(find(TOKEN, 0)).toEqual({ reference: { judged: 'token_refused', code: refused }, entry: undefined });
      expect(waits).toBe(0);
    },
  );
});
