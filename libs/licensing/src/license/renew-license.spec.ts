import { describe, expect, it } from '@jest/globals';
import { specificationOf } from '../../test/decider-specification.js';
import { aPlan, ask, at, eventsOf, issue, licenseAfter } from '../../test/license-examples.js';
import type { RenewLicense } from './license-command.js';
import { licenseDecider } from './license-decider.js';

const given = specificationOf(licenseDecider);
const renew = (day: number, expiresAt: number | null = null): RenewLicense => ask('RenewLicense', day, { expiresAt });
const monthly = issue({ plan: aPlan({ durationDays: 30 }) });
const trial = issue({ plan: aPlan({ durationDays: 30, trialDays: 14, trialGraceDays: 1 }) });

describe('RenewLicense', () => {
  it('runs on to the date that is given', () => {
    given(...eventsOf(monthly))
      .when(renew(3, at(90)))
      .then({ type: 'LicenseRenewed', at: at(3), expiresAt: at(90) });
  });

  it('adds the duration of the plan to the end while the license runs', () => {
    given(...eventsOf(monthly))
      .when(renew(3))
      .then({ type: 'LicenseRenewed', at: at(3), expiresAt: at(60) });
  });

  it('adds it to the end in grace too, to its last millisecond', () => {
    given(...eventsOf(monthly))
      .when(renew(30))
      .then({ type: 'LicenseRenewed', at: at(30), expiresAt: at(60) });
    const last = { ...renew(37), now: at(37) - 1 };
    given(...eventsOf(monthly))
      .when(last)
      .then({ type: 'LicenseRenewed', at: at(37) - 1, expiresAt: at(60) });
  });

  it('counts from now once grace is over', () => {
    given(...eventsOf(monthly))
      .when(renew(37))
      .then({ type: 'LicenseRenewed', at: at(37), expiresAt: at(67) });
  });

  it('makes a trial a paid license with the grace of the plan', () => {
    given(...eventsOf(trial))
      .when(renew(3))
      .then({ type: 'TrialConverted', at: at(3) }, { type: 'LicenseRenewed', at: at(3), expiresAt: at(44) });
    expect(licenseAfter(trial, renew(3))).toMatchObject({ trial: false, graceDays: 7, expiresAt: at(44), version: 3 });
  });

  it('makes an ended trial a paid license from now on', () => {
    given(...eventsOf(trial))
      .when(renew(20))
      .then({ type: 'TrialConverted', at: at(20) }, { type: 'LicenseRenewed', at: at(20), expiresAt: at(50) });
  });

  it('makes a trial perpetual where the plan has no duration', () => {
    const plan = aPlan({ durationDays: null, trialDays: 14 });
    expect(licenseAfter(issue({ plan }), renew(3))).toMatchObject({ trial: false, expiresAt: null });
  });

  it('lifts a cancellation', () => {
    const cancelled = [monthly, ask('CancelLicense', 2, { note: null })] as const;
    given(...eventsOf(...cancelled))
      .when(renew(3))
      .then({ type: 'LicenseRenewed', at: at(3), expiresAt: at(60) });
    expect(licenseAfter(...cancelled, renew(3, at(30)))).toMatchObject({ cancelledAt: null, expiresAt: at(30) });
  });

  it('starts a term of a perpetual license now, when its new plan has a duration', () => {
    const perpetual = issue({ plan: aPlan({ durationDays: null }) });
    const change = ask('ChangePlan', 1, { plan: aPlan({ durationDays: 30 }) });
    given(...eventsOf(perpetual, change))
      .when(renew(5))
      .then({ type: 'LicenseRenewed', at: at(5), expiresAt: at(35) });
  });

  it('never ends before the start of a license that has not started', () => {
    const future = issue({ plan: aPlan({ durationDays: null }), startsAt: at(100) });
    const change = ask('ChangePlan', 1, { plan: aPlan({ durationDays: 30 }) });
    given(...eventsOf(future, change))
      .when(renew(5))
      .then({ type: 'LicenseRenewed', at: at(5), expiresAt: at(130) });
  });

  it('refuses an end at or before the start', () => {
    given(...eventsOf(monthly))
      .when(renew(3, at(0)))
      .thenRefused('license.time_range_invalid');
  });

  it('refuses a suspended license, cancelled or not', () => {
    const suspend = ask('SuspendLicense', 1, { reason: 'abuse' });
    given(...eventsOf(monthly, suspend))
      .when(renew(3))
      .thenRefused('license.transition_refused');
    given(...eventsOf(monthly, suspend, ask('CancelLicense', 2, { note: null })))
      .when(renew(3))
      .thenRefused('license.transition_refused');
  });

  it('stays quiet when the end is that already', () => {
    given(...eventsOf(monthly))
      .when(renew(3, at(30)))
      .thenNothing();
    given(...eventsOf(issue({ plan: aPlan({ durationDays: null }) })))
      .when(renew(3))
      .thenNothing();
  });
});
