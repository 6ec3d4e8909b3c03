import { describe, expect, it } from '@jest/globals';
import type { LicenseState } from '@leasehold/contracts';
import { contextsOf } from '../../test/contexts.js';
import { aContext, aLicense, licenseId, T0 } from '../../test/licenses.js';
import { contextChanges } from './context-change.js';

const known = contextsOf(aContext({ version: 5 }));
const changeTo = (changes: Partial<LicenseState>) => contextChanges([aLicense({ version: 6, ...changes })], known)[0];

describe('a license that changes', () => {
  it('is new where it was not known', () => {
    expect(contextChanges([aLicense({ id: licenseId(2) })], known)).toMatchObject([
      { isNew: true, newPeriods: false, newLimits: true, context: { licenseId: licenseId(2) } },
    ]);
  });

  it('is what its newest state says, whatever the order', () => {
    const states = [7, 9, 8, 4].map((version) => aLicense({ version, limits: { apiCalls: version } }));
    expect(contextChanges(states, known)).toMatchObject([{ context: { version: 9, limits: { apiCalls: 9 } } }]);
  });

  it('is left alone by what is as old as what is known, or older', () => {
    expect(contextChanges([aLicense({ version: 5, limits: {} }), aLicense({ version: 1 })], known)).toEqual([]);
  });

  it.each<[string, Partial<LicenseState>, { newPeriods: boolean; newLimits: boolean }]>([
    ['a suspension', { suspensions: ['billing'] }, { newPeriods: false, newLimits: false }],
    ['a limit', { limits: { apiCalls: 2 } }, { newPeriods: false, newLimits: true }],
    ['a limit that nobody enforces', { limits: { apiCalls: 1_000, x: 1 } }, { newPeriods: false, newLimits: false }],
    ['an enforcement that is dropped', { enforcement: {} }, { newPeriods: false, newLimits: true }],
    ['a revocation', { revokedAt: T0 }, { newPeriods: false, newLimits: true }],
    ['the rule of its periods', { period: { unit: 'day', timezone: 'UTC' } }, { newPeriods: true, newLimits: true }],
    ['its start', { startsAt: T0 + 1 }, { newPeriods: true, newLimits: true }],
  ])('by %s', (_what, changes, expected) => {
    expect(changeTo(changes)).toMatchObject({ isNew: false, ...expected });
  });
});
