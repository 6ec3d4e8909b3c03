import { describe, expect, it } from '@jest/globals';
import { VERDICT_CODES } from '@leasehold/licensing';
import { licenseId, T0 } from '../../test/licenses.js';
import { judgeTime } from './event-time.js';
import { usageOfValidations } from './usage-of-validations.js';

const DAY_MS = 86_400_000;
const license = licenseId(1);

describe('of all verdicts', () => {
  it.each(['production', 'development'] as const)('a granted one is one call, in %s', (environment) => {
    const { usages } = usageOfValidations([{ license, code: 'valid', environment, at: T0 }], T0);
    expect(usages).toEqual([{ licenseId: license, meter: 'apiCalls', at: T0, quantity: 1, refused: false }]);
  });

  it('a refusal by a hard limit is one, and adds nothing', () => {
    const { usages } = usageOfValidations([{ license, code: 'usage_exceeded', at: T0 }], T0);
    expect(usages).toEqual([{ licenseId: license, meter: 'apiCalls', at: T0, quantity: 0, refused: true }]);
  });

  it.each(VERDICT_CODES.filter((code) => code !== 'valid' && code !== 'usage_exceeded'))(
    '%s never eats a quota',
    (code) => {
      expect(usageOfValidations([{ license, code, at: T0 }], T0).usages).toEqual([]);
    },
  );

  it('none counts where no license was found', () => {
    expect(usageOfValidations([{ code: 'valid', at: T0 }], T0).usages).toEqual([]);
  });
});

it.each([
  [-35 * DAY_MS - 1, 'too_late'],
  [-35 * DAY_MS, 'in_time'],
  [0, 'in_time'],
  [300_000, 'in_time'],
  [300_001, 'in_the_future'],
])('an event of %d ms from now is %s', (distance, judgment) => {
  expect(judgeTime(T0 + distance, T0)).toBe(judgment);
});

it('calls out of time are counted apart: late ones left out, early ones taken as of now', () => {
  const at = (distance: number) => ({ license, code: 'valid', at: T0 + distance });
  const { usages, tooLate, ahead } = usageOfValidations([at(-36 * DAY_MS), at(DAY_MS), at(8e15 - T0), at(1)], T0);
  expect(usages.map((usage) => usage.at)).toEqual([T0, T0, T0 + 1]);
  expect([tooLate, ahead]).toEqual([1, 2]);
});
