import { describe, expect, it, test } from '@jest/globals';
import { catalogRoutes } from './catalog.js';

const productId = 'prod_01jd3mzk4qf8x2v6n0c7r5t9wb';
const plan = (changes: object) => catalogRoutes.createPlan.body.safeParse({ productId, name: 'pro', ...changes });
const many = (count: number, value: unknown): Record<string, unknown> =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`m${String(n)}`, value]));

describe('a plan at its bounds', () => {
  test.each<[string, object]>([
    ['a duration of a day', { durationDays: 1 }],
    ['a duration of a hundred years', { durationDays: 36_500 }],
    ['a trial of a day', { trialDays: 1 }],
    ['a trial of a hundred years', { trialDays: 36_500 }],
    ['no grace', { graceDays: 0, trialGraceDays: 0 }],
    ['grace of a hundred years', { graceDays: 36_500, trialGraceDays: 36_500 }],
    ['no domains', { domains: { max: 0 } }],
    ['100 domains', { domains: { max: 100 } }],
    ['one kind of domain only', { domains: { kinds: ['wildcard'] } }],
    ['no pause between moves', { domains: { moveCooldownHours: 0 } }],
    ['a pause of a year', { domains: { moveCooldownHours: 8_760 } }],
    ['no moves', { domains: { movesPerYear: 0 } }],
    ['10,000 moves', { domains: { movesPerYear: 10_000 } }],
    ['50 meters with a rule', { enforcement: many(50, 'soft') }],
    ['rules for meters without a limit', { enforcement: { exports: 'soft' }, limits: {} }],
    ['days of a zone', { period: { unit: 'day', timezone: 'Pacific/Apia' } }],
  ])('may have %s', (_what, changes) => {
    expect(plan(changes).data).toMatchObject(changes);
  });

  test.each<[string, object]>([
    ['a duration of no day', { durationDays: 0 }],
    ['a duration of half a day', { durationDays: 0.5 }],
    ['a duration beyond a hundred years', { durationDays: 36_501 }],
    ['a duration of null', { durationDays: null }],
    ['a trial of no day', { trialDays: 0 }],
    ['a trial beyond a hundred years', { trialDays: 36_501 }],
    ['grace below zero', { graceDays: -1 }],
    ['grace beyond a hundred years', { graceDays: 36_501 }],
    ['grace of a trial below zero', { trialGraceDays: -1 }],
    ['grace of a trial beyond a hundred years', { trialGraceDays: 36_501 }],
    ['fewer domains than none', { domains: { max: -1 } }],
    ['101 domains', { domains: { max: 101 } }],
    ['a domain and a half', { domains: { max: 1.5 } }],
    ['no kind of domain', { domains: { kinds: [] } }],
    ['a pause below zero', { domains: { moveCooldownHours: -1 } }],
    ['a pause beyond a year', { domains: { moveCooldownHours: 8_761 } }],
    ['moves below zero', { domains: { movesPerYear: -1 } }],
    ['10,001 moves', { domains: { movesPerYear: 10_001 } }],
    ['a word for a truth value', { domains: { development: 'yes' } }],
    ['a number for a truth value', { domains: { lateBinding: 1 } }],
    ['an unknown member of its domains', { domains: { maximum: 3 } }],
    ['an unknown member of its period', { period: { unit: 'day', zone: 'UTC' } }],
    ['a period without a unit', { period: { timezone: 'UTC' } }],
    ['weeks', { period: { unit: 'week' } }],
    ['a rule that is none', { enforcement: { apiCalls: 'firm' } }],
    ['a rule for what can be no meter', { enforcement: { 'api-calls': 'hard' } }],
    ['51 meters with a rule, more than can have a limit', { enforcement: many(51, 'soft') }],
    ['101 features', { features: Array.from({ length: 101 }, (_, n) => `f${String(n)}`) }],
    ['no name', { name: undefined }],
    ['no product', { productId: undefined }],
  ])('never has %s', (_what, changes) => {
    expect(plan(changes).success).toBe(false);
  });

  it('keeps a kind of domain that is named twice once, in the order of first mention', () => {
    expect(plan({ domains: { kinds: ['subtree', 'exact', 'subtree'] } }).data?.domains.kinds).toEqual([
      'subtree',
      'exact',
    ]);
  });

  it('fills up what a part leaves out, and never from another part', () => {
    expect(plan({ period: { unit: 'day' } }).data?.period).toEqual({ unit: 'day', timezone: 'UTC' });
    expect(plan({ domains: { max: 5 } }).data?.domains).toEqual({
      max: 5,
      kinds: ['exact'],
      development: true,
      lateBinding: false,
      moveCooldownHours: 24,
      movesPerYear: 12,
    });
    expect(plan({ enforcement: {} }).data?.enforcement).toEqual({});
  });

  it('ends neither its term nor its trial unless that is said', () => {
    expect(plan({}).data).not.toHaveProperty('durationDays');
    expect(plan({}).data).not.toHaveProperty('trialDays');
  });

  it('gives two plans defaults of their own, so that one cannot change the other', () => {
    const [one, other] = [plan({}).data, plan({}).data];
    expect(one?.domains).not.toBe(other?.domains);
    expect(one?.domains.kinds).not.toBe(other?.domains.kinds);
  });
});

describe('the zone of a plan', () => {
  const zone = (timezone: unknown): boolean => plan({ period: { unit: 'month', timezone } }).success;

  test.each(['UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'Pacific/Chatham', 'Etc/GMT+5', 'America/Argentina/Ushuaia'])(
    'may be %s',
    (name) => {
      expect(zone(name)).toBe(true);
    },
  );

  // an offset knows no daylight saving, and periods are counted by names only
  test.each([
    '+02:00',
    '-05:00',
    '+0200',
    '',
    ' UTC',
    'UTC ',
    'Mars/Olympus',
    'GMT+1',
    'Europe',
    'Local',
    '\0',
    null,
    2,
  ])('is never %j', (name) => {
    expect(zone(name)).toBe(false);
  });
});

describe('the plans of a product', () => {
  const query = (sent: object) => catalogRoutes.listPlans.query.safeParse(sent);

  it('may be asked for, or those of all', () => {
    expect(query({}).data).toEqual({ limit: 20 });
    expect(query({ productId }).data).toEqual({ limit: 20, productId });
  });

  it('are never those of what is no product', () => {
    expect(query({ productId: 'plan_01jd3mzk4qf8x2v6n0c7r5t9wb' }).success).toBe(false);
  });
});
