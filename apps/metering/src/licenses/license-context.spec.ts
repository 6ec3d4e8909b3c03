import { expect, it } from '@jest/globals';
import { aContext, T0 } from '../../test/licenses.js';
import { enforcedMeters, hasMeter, isEnforced, limitOf } from './license-context.js';

const context = aContext({
  limits: { apiCalls: 10, exports: 0, seats: 5 },
  enforcement: { apiCalls: 'hard', exports: 'soft', seats: 'hard', imports: 'hard' },
});

it.each([
  ['apiCalls', 10],
  ['exports', 0],
  ['seats', undefined],
  ['imports', undefined],
  ['constructor', undefined],
  ['__proto__', undefined],
])('the limit of %s is %s', (meter, limit) => {
  expect(limitOf(context, meter)).toBe(limit);
});

it('a meter is built in or named among the limits; seats are none', () => {
  const unlimited = aContext({ limits: { exports: 1 } });
  expect(['apiCalls', 'exports', 'seats', 'toString'].map((meter) => hasMeter(unlimited, meter))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

it('only limits that exist are enforced, and none of a revoked license', () => {
  expect(enforcedMeters(context)).toEqual(['apiCalls', 'exports']);
  expect(isEnforced(aContext({ enforcement: {} }), 'apiCalls')).toBe(false);
  expect(enforcedMeters(aContext({ revokedAt: T0 }))).toEqual([]);
});
