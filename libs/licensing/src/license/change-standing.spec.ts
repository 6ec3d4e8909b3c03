import { describe, expect, it, test } from '@jest/globals';
import { specificationOf } from '../../test/decider-specification.js';
import { aPlan, ask, at, eventsOf, hash, issue, licenseAfter } from '../../test/license-examples.js';
import type { LicenseCommand } from './license-command.js';
import { licenseDecider } from './license-decider.js';

const given = specificationOf(licenseDecider);
const suspend = (reason: string, day = 1): LicenseCommand => ask('SuspendLicense', day, { reason });
const reinstate = (reason: string, day = 2): LicenseCommand => ask('ReinstateLicense', day, { reason });
const cancel = (day = 1): LicenseCommand => ask('CancelLicense', day, { note: 'moved away' });
const revoke = (day = 1): LicenseCommand => ask('RevokeLicense', day, { note: 'leaked' });

describe('SuspendLicense and ReinstateLicense', () => {
  it('suspends for a reason', () => {
    given(...eventsOf(issue()))
      .when(suspend('billing'))
      .then({ type: 'LicenseSuspended', at: at(1), reason: 'billing' });
  });

  it('stays quiet about a reason it has', () => {
    given(...eventsOf(issue(), suspend('billing')))
      .when(suspend('billing', 2))
      .thenNothing();
  });

  it('lifts one reason and keeps the others: a paid invoice lifts no suspension for abuse', () => {
    given(...eventsOf(issue(), suspend('billing'), suspend('abuse')))
      .when(reinstate('billing'))
      .then({ type: 'LicenseReinstated', at: at(2), reason: 'billing' });
    expect(licenseAfter(issue(), suspend('billing'), suspend('abuse'), reinstate('billing')).suspensions).toEqual([
      'abuse',
    ]);
  });

  it('stays quiet about lifting a reason it has not', () => {
    given(...eventsOf(issue(), suspend('billing')))
      .when(reinstate('abuse'))
      .thenNothing();
  });

  it('suspends a cancelled license too', () => {
    given(...eventsOf(issue(), cancel()))
      .when(suspend('abuse', 2))
      .then({ type: 'LicenseSuspended', at: at(2), reason: 'abuse' });
  });
});

describe('CancelLicense', () => {
  it('cancels at once and keeps the reasons of a suspension', () => {
    given(...eventsOf(issue(), suspend('billing')))
      .when(cancel(2))
      .then({ type: 'LicenseCancelled', at: at(2), note: 'moved away' });
    expect(licenseAfter(issue(), suspend('billing'), cancel(2))).toMatchObject({
      cancelledAt: at(2),
      suspensions: ['billing'],
    });
  });

  it('stays quiet when the license is cancelled', () => {
    given(...eventsOf(issue(), cancel()))
      .when(cancel(2))
      .thenNothing();
  });
});

describe('RevokeLicense', () => {
  test.each<[string, readonly LicenseCommand[]]>([
    ['active', []],
    ['suspended', [suspend('abuse')]],
    ['cancelled', [cancel()]],
  ])('revokes a license that is %s', (_status, commands) => {
    given(...eventsOf(issue(), ...commands))
      .when(revoke(3))
      .then({ type: 'LicenseRevoked', at: at(3), note: 'leaked' });
  });

  it('stays quiet when the license is revoked', () => {
    given(...eventsOf(issue(), revoke()))
      .when(revoke(2))
      .thenNothing();
  });

  test.each<LicenseCommand>([
    ask('RenewLicense', 5, { expiresAt: null }),
    suspend('abuse', 5),
    reinstate('abuse', 5),
    cancel(5),
    ask('BindDomain', 5, { domain: 'b.example', www: true }),
    ask('ReleaseDomain', 5, { domain: 'example.com' }),
    ask('MoveDomain', 5, { from: 'example.com', to: 'b.example' }),
    ask('ChangePlan', 5, { plan: aPlan({ name: 'other' }) }),
    ask('ChangeFeatures', 5, { features: ['x'] }),
    ask('ChangeLimits', 5, { limits: { seats: 1 } }),
    ask('ChangeMetadata', 5, {}),
    ask('RotateKey', 5, { keyHash: hash('b'), overlapHours: 1 }),
  ])('is final: $type is refused afterwards', (command) => {
    given(...eventsOf(issue(), suspend('abuse'), revoke()))
      .when(command)
      .thenRefused('license.transition_refused');
  });

  test.each<LicenseCommand>([
    ask('BindFirstDomain', 400, { domain: 'b.example' }),
    ask('MarkExpiring', 364, { days: 1, expiresAt: at(365) }),
    ask('MarkExpired', 400, { expiresAt: at(365) }),
    ask('EndGrace', 400, { expiresAt: at(365) }),
  ])('is final: $type of the system stays quiet afterwards', (command) => {
    given(...eventsOf(issue(), revoke()))
      .when(command)
      .thenNothing();
  });
});
