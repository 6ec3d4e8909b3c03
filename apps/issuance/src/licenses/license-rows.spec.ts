import { describe, expect, it } from '@jest/globals';
import { type LicenseCommand, licenseDecider } from '@leasehold/licensing';
import { CAUSE, issueCommand, licenseIn, NOW, stateAfter } from '../../test/license-examples.js';
import { type LicenseMoment, licenseRows } from './license-rows.js';
import { NOTHING_KEPT } from './load-license.js';

const bound = issueCommand({ domains: ['a.com', 'b.com'].map((domain) => ({ domain, www: true })) });
const at = (...commands: readonly LicenseCommand[]): LicenseMoment => ({
  state: stateAfter(...commands),
  kept: NOTHING_KEPT,
});
const NONE: LicenseMoment = { state: licenseDecider.initial, kept: NOTHING_KEPT };
const brief = (before: LicenseMoment, after: LicenseMoment) =>
  licenseRows(before, after, NOW).map(({ table, op, row }) => [`${op} ${table}`, row['domain'] ?? row['version']]);

describe('licenseRows', () => {
  it('of a new license are its row, its domains and its deadline', () => {
    expect(brief(NONE, at(bound))).toEqual([
      ['insert license', 1],
      ['insert license_domain', 'a.com'],
      ['insert license_domain', 'b.com'],
      ['upsert deadline', undefined],
    ]);
  });

  it('of a later change are the row and what is different', () => {
    const before = at(bound);
    expect(brief(before, at(bound, { type: 'SuspendLicense', reason: 'x', ...CAUSE }))).toEqual([
      ['update license', 2],
    ]);
    expect(brief(before, at(bound, { type: 'MoveDomain', from: 'a.com', to: 'c.com', ...CAUSE }))).toEqual([
      ['update license', 2],
      ['delete license_domain', 'a.com'],
      ['insert license_domain', 'c.com'],
    ]);
  });

  it('say in columns what lists ask for', () => {
    const state = stateAfter(
      bound,
      { type: 'SuspendLicense', reason: 'x', ...CAUSE },
      { type: 'CancelLicense', note: null, ...CAUSE },
    );
    const [row] = licenseRows(NONE, { state, kept: NOTHING_KEPT }, NOW);
    expect(row?.row).toMatchObject({
      id: licenseIn(state).id,
      tenant_id: 'ten_1',
      product_id: 'prod_1',
      plan_id: 'plan_1',
      customer_reference: null,
      trial: false,
      suspended: true,
      cancelled: true,
      revoked: false,
      expires_at: '2027-03-01T00:00:00.000Z',
      grace_ends_at: '2027-03-08T00:00:00.000Z',
      version: 3,
      state,
      created_at: '2026-03-01T00:00:00.000Z',
    });
  });

  it('have the private part when it changed, and no row for nothing', () => {
    const kept = { email: 'c@example.com', metadata: { a: 1 }, keyCiphertext: null };
    const before = at(bound);
    expect(brief(NONE, { ...before, kept })).toContainEqual(['upsert license_private', undefined]);
    expect(brief({ ...before, kept }, { ...before, kept })).toEqual([['update license', 1]]);
  });

  it('of no license are none', () => {
    expect(licenseRows(NONE, NONE, NOW)).toEqual([]);
  });
});
