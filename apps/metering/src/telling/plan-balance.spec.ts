import { expect, it } from '@jest/globals';
import { T0 } from '../../test/licenses.js';
import { planBalance, type ToldBalance, UNTOLD_MS } from './plan-balance.js';

const period = { start: T0, end: T0 + 86_400_000 };
const told = (changes: Partial<ToldBalance> = {}): ToldBalance => ({
  periodStart: T0,
  used: 100,
  toldAt: T0 + 1_000,
  ...changes,
});
const plan = (last: ToldBalance | undefined, used: number, now = T0 + 2_000, limit = 1_000) =>
  planBalance(last, { used, limit, period }, now);

it.each([
  ['nothing was told yet', plan(undefined, 0)],
  ['a period has begun', plan(told({ periodStart: T0 - 1 }), 100)],
  ['use has grown by 1 % of the limit', plan(told(), 110)],
  ['use has fallen by 1 % of the limit', plan(told(), 90)],
  ['five seconds are over', plan(told(), 101, T0 + 1_000 + UNTOLD_MS)],
  ['the limit is so small that a call is 1 %', plan(told(), 101, T0 + 2_000, 100)],
])('a balance is told when %s, and then not before the period ends', (_when, planned) => {
  expect(planned).toEqual({ tell: true, dueAt: period.end });
});

it('a balance that changed by less waits until five seconds after it was told last', () => {
  expect(plan(told(), 109)).toEqual({ tell: false, dueAt: T0 + 1_000 + UNTOLD_MS });
});

it('a balance that waits is looked at when its period ends, at the latest', () => {
  const toldAt = period.end - 1_000;
  expect(plan(told({ toldAt }), 101, toldAt + 1)).toEqual({ tell: false, dueAt: period.end });
});
