import { describe, expect, it, test } from '@jest/globals';
import { specificationOf } from '../../test/decider-specification.js';
import { aPlan, ask, at, eventsOf, issue } from '../../test/license-examples.js';
import type { EndGrace, LicenseCommand, MarkExpired, MarkExpiring } from './license-command.js';
import { licenseDecider } from './license-decider.js';
import { nextDeadlines } from './next-deadlines.js';

const given = specificationOf(licenseDecider);
const expiring = (days: number, day: number, end = 365): MarkExpiring =>
  ask('MarkExpiring', day, { days, expiresAt: at(end) });
const expired = (day: number, end = 365): MarkExpired => ask('MarkExpired', day, { expiresAt: at(end) });
const endGrace = (day: number, end = 365): EndGrace => ask('EndGrace', day, { expiresAt: at(end) });
const renew = (day: number, end: number): LicenseCommand => ask('RenewLicense', day, { expiresAt: at(end) });

describe('MarkExpiring', () => {
  it('tells that the end is near when it is due', () => {
    given(...eventsOf(issue()))
      .when(expiring(30, 335))
      .then({ type: 'LicenseExpiring', at: at(335), days: 30, expiresAt: at(365) });
  });

  it('tells it once', () => {
    given(...eventsOf(issue(), expiring(30, 335)))
      .when(expiring(30, 336))
      .thenNothing();
    given(...eventsOf(issue(), expiring(30, 335)))
      .when(expiring(7, 358))
      .then({ type: 'LicenseExpiring', at: at(358), days: 7, expiresAt: at(365) });
  });

  it('tells it once even if the end goes away and comes back', () => {
    given(...eventsOf(issue(), expiring(7, 358), renew(359, 800), renew(360, 365)))
      .when(expiring(7, 361))
      .thenNothing();
  });

  test.each([
    ['before it is due', expiring(30, 334)],
    ['after the end', expiring(1, 365)],
    ['for days nobody is told', expiring(5, 361)],
    ['for another end', expiring(30, 340, 366)],
  ])('stays quiet %s', (_when, command) => {
    given(...eventsOf(issue()))
      .when(command)
      .thenNothing();
  });

  it('stays quiet about what was due before the end was set', () => {
    given(...eventsOf(issue({ expiresAt: at(20) })))
      .when(expiring(30, 1, 20))
      .thenNothing();
    given(...eventsOf(issue(), renew(340, 350)))
      .when(expiring(30, 341, 350))
      .thenNothing();
  });

  it('stays quiet about cancelled licenses and where there is none', () => {
    given(...eventsOf(issue(), ask('CancelLicense', 1, { note: null })))
      .when(expiring(30, 335))
      .thenNothing();
    given().when(expiring(30, 335)).thenNothing();
  });

  it('tells it of suspended licenses too', () => {
    given(...eventsOf(issue(), ask('SuspendLicense', 1, { reason: 'billing' })))
      .when(expiring(30, 335))
      .then({ type: 'LicenseExpiring', at: at(335), days: 30, expiresAt: at(365) });
  });
});

describe('MarkExpired and EndGrace', () => {
  it('tell of the end and of the end of grace, once each', () => {
    given(...eventsOf(issue()))
      .when(expired(365))
      .then({ type: 'LicenseExpired', at: at(365), expiresAt: at(365) });
    given(...eventsOf(issue(), expired(365)))
      .when(expired(366))
      .thenNothing();
    given(...eventsOf(issue(), expired(365)))
      .when(endGrace(372))
      .then({ type: 'GraceEnded', at: at(372), expiresAt: at(365) });
    given(...eventsOf(issue(), expired(365), endGrace(372)))
      .when(endGrace(373))
      .thenNothing();
  });

  test.each<[string, LicenseCommand]>([
    ['before the end', { ...expired(365), now: at(365) - 1 }],
    ['before the end of grace', { ...endGrace(372), now: at(372) - 1 }],
    ['about an end that was moved', expired(400, 364)],
    ['about the grace of an end that was moved', endGrace(400, 364)],
  ])('stay quiet %s', (_when, command) => {
    given(...eventsOf(issue()))
      .when(command)
      .thenNothing();
  });

  it('stay quiet once the license was renewed in time', () => {
    given(...eventsOf(issue(), renew(364, 800)))
      .when(expired(365))
      .thenNothing();
  });

  it('tell of imports that had ended before', () => {
    given(...eventsOf(issue({ startsAt: at(-100), expiresAt: at(-1) })))
      .when(expired(0, -1))
      .then({ type: 'LicenseExpired', at: at(0), expiresAt: at(-1) });
  });

  it('tell of no grace where there is none', () => {
    given(...eventsOf(issue({ plan: aPlan({ graceDays: 0 }) })))
      .when(endGrace(400))
      .thenNothing();
  });
});

describe('the next deadlines', () => {
  const kindsAfter = (...commands: readonly LicenseCommand[]): readonly (string | number)[] =>
    nextDeadlines(given(...eventsOf(...commands)).state).map((due) => (due.kind === 'expiring' ? due.days : due.kind));

  it('are the notices, the end and the end of grace, with the time of each', () => {
    expect(nextDeadlines(given(...eventsOf(issue())).state)).toEqual([
      { kind: 'expiring', days: 30, dueAt: at(335), expiresAt: at(365) },
      { kind: 'expiring', days: 7, dueAt: at(358), expiresAt: at(365) },
      { kind: 'expiring', days: 1, dueAt: at(364), expiresAt: at(365) },
      { kind: 'expired', dueAt: at(365), expiresAt: at(365) },
      { kind: 'grace_ended', dueAt: at(372), expiresAt: at(365) },
    ]);
  });

  it('leave out what was past when the end was set, and what has been told', () => {
    expect(kindsAfter(issue({ expiresAt: at(20) }))).toEqual([7, 1, 'expired', 'grace_ended']);
    expect(kindsAfter(issue({ expiresAt: at(30) }))).toEqual([7, 1, 'expired', 'grace_ended']);
    expect(kindsAfter(issue(), expiring(30, 335), expired(365))).toEqual([7, 1, 'grace_ended']);
  });

  it('are those of the new end after a renewal', () => {
    expect(kindsAfter(issue(), expired(365), renew(366, 370))).toEqual([1, 'expired', 'grace_ended']);
  });

  it('are none without an end, after a cancellation or a revocation, and without a license', () => {
    expect(kindsAfter(issue({ plan: aPlan({ durationDays: null }) }))).toEqual([]);
    expect(kindsAfter(issue(), ask('CancelLicense', 1, { note: null }))).toEqual([]);
    expect(kindsAfter(issue(), ask('RevokeLicense', 1, { note: null }))).toEqual([]);
    expect(nextDeadlines({ status: 'none' })).toEqual([]);
  });
});
