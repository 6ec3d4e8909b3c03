import { expect, test } from '@jest/globals';
import { completePlan } from './complete-plan.js';

const draft = { id: 'plan_1', productId: 'prod_1', name: 'basic', features: ['a', 'a', 'b'], limits: { apiCalls: 5 } };

test('a plan that says nothing more is perpetual, monthly in UTC, for one exact domain, with 7 days of grace', () => {
  expect(completePlan(draft)).toEqual({
    ...draft,
    features: ['a', 'b'],
    enforcement: { apiCalls: 'hard' },
    period: { unit: 'month', timezone: 'UTC' },
    durationDays: null,
    trialDays: null,
    trialGraceDays: 0,
    graceDays: 7,
    domainPolicy: {
      max: 1,
      kinds: ['exact'],
      development: true,
      lateBinding: false,
      moveCooldownHours: 24,
      movesPerYear: 12,
    },
  });
});

test('null means absent', () => {
  const nulls = { enforcement: null, period: null, graceDays: null, trialGraceDays: null, domainPolicy: null } as const;
  expect(completePlan({ ...draft, ...nulls })).toEqual(completePlan(draft));
  expect(completePlan({ ...draft, domainPolicy: { max: null, kinds: null } })).toEqual(completePlan(draft));
});

test('what is said is kept, zero and false included', () => {
  const plan = completePlan({
    ...draft,
    enforcement: { exports: 'soft' },
    period: { unit: 'day' },
    graceDays: 0,
    domainPolicy: { max: 0, development: false, moveCooldownHours: 0 },
  });
  expect(plan).toMatchObject({
    enforcement: { apiCalls: 'hard', exports: 'soft' },
    period: { unit: 'day', timezone: 'UTC' },
    graceDays: 0,
    domainPolicy: { max: 0, development: false, moveCooldownHours: 0, movesPerYear: 12 },
  });
});
