import { describe, expect, it, test } from '@jest/globals';
import { aPlan, ask, at, issue, licenseAfter } from '../../test/license-examples.js';
import type { LicenseCommand } from './license-command.js';
import { graceOf, shownStatus, validUntil } from './shown-status.js';

const suspend = ask('SuspendLicense', 1, { reason: 'abuse' });
const cancel = ask('CancelLicense', 2, { note: null });
const revoke = ask('RevokeLicense', 3, { note: null });
const trial = issue({ plan: aPlan({ trialDays: 14, trialGraceDays: 2 }) });

describe('the shown status', () => {
  test.each<[string, number, readonly LicenseCommand[]]>([
    ['active', 364, [issue()]],
    ['active', 371, [issue()]],
    ['expired', 372, [issue()]],
    ['trial', 13, [trial]],
    ['trial', 15, [trial]],
    ['expired', 16, [trial]],
    ['cancelled', 400, [issue(), cancel]],
    ['suspended', 400, [issue(), suspend, cancel]],
    ['revoked', 400, [issue(), suspend, cancel, revoke]],
    ['active', 10_000, [issue({ plan: aPlan({ durationDays: null }) })]],
    ['active', -5, [issue()]],
  ])('is %s on day %d, the first that fits', (status, day, commands) => {
    expect(shownStatus(licenseAfter(...commands), at(day))).toBe(status);
  });
});

describe('grace', () => {
  const license = licenseAfter(issue());

  it('lasts from the end for the days of the plan', () => {
    expect(graceOf(license, at(365) - 1)).toEqual({ grace: false, graceEndsAt: null });
    expect(graceOf(license, at(365))).toEqual({ grace: true, graceEndsAt: at(372) });
    expect(graceOf(license, at(372) - 1)).toEqual({ grace: true, graceEndsAt: at(372) });
    expect(graceOf(license, at(372))).toEqual({ grace: false, graceEndsAt: null });
  });

  it('never comes to a perpetual license', () => {
    const perpetual = licenseAfter(issue({ plan: aPlan({ durationDays: null }) }));
    expect(graceOf(perpetual, at(100_000))).toEqual({ grace: false, graceEndsAt: null });
    expect(validUntil(perpetual)).toBeNull();
    expect(validUntil(license)).toBe(at(372));
  });
});
