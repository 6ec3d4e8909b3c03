import { describe, expect, it } from '@jest/globals';
import { aContext, T0 } from '../../test/licenses.js';
import { usageRange, type UsageQuery } from './usage-range.js';

const at = (text: string): number => Date.parse(`${text}Z`);
const context = aContext({ startsAt: at('2026-01-15T10:07:30') });
const now = at('2026-03-20T00:00:00');
const range = (query: Partial<UsageQuery> = {}) =>
  usageRange(context, { window: '15m', timezone: 'UTC', ...query }, now);
const iso = (query: Partial<UsageQuery>): string[] => {
  const found = range(query);
  return 'parameter' in found
    ? [found.parameter]
    : [found.from, found.to].map((bound) => new Date(bound).toISOString());
};

describe('the range of a question', () => {
  it('is the period under way unless told', () => {
    expect(iso({})).toEqual(['2026-03-15T10:07:30.000Z', '2026-04-15T10:07:30.000Z']);
  });

  it('goes from there, or up to there, with one bound', () => {
    expect(iso({ from: at('2026-03-17T00:00:00') })).toEqual(['2026-03-17T00:00:00.000Z', '2026-04-15T10:07:30.000Z']);
    expect(iso({ to: at('2026-03-17T00:00:00') })).toEqual(['2026-03-15T10:07:30.000Z', '2026-03-17T00:00:00.000Z']);
  });

  it('has bounds at quarter hours, moved outwards', () => {
    expect(iso({ from: at('2026-03-16T10:14:59'), to: at('2026-03-16T10:15:01') })).toEqual([
      '2026-03-16T10:00:00.000Z',
      '2026-03-16T10:30:00.000Z',
    ]);
  });

  it('keeps bounds at which a period begins, so that two periods never share a call', () => {
    const [first, second] = ['2026-01-15T10:07:30', '2026-02-15T10:07:30'].map(at);
    expect(iso({ from: first, to: second })).toEqual(['2026-01-15T10:07:30.000Z', '2026-02-15T10:07:30.000Z']);
  });

  it.each<[string, Partial<UsageQuery>, string]>([
    ['an empty one', { from: T0, to: T0 }, 'to'],
    ['one that ends before it begins', { from: T0, to: T0 - 1 }, 'to'],
    ['one that begins after the period under way', { from: at('2026-05-01T00:00:00') }, 'from'],
    ['a zone that does not exist', { timezone: 'Mars/Olympus' }, 'timezone'],
    ['10,001 windows', { from: T0, to: T0 + 10_001 * 900_000 }, 'from'],
  ])('is refused: %s', (_what, query, parameter) => {
    expect(range(query)).toHaveProperty('parameter', parameter);
  });

  it('may be as long as its windows allow', () => {
    expect(range({ from: T0, to: T0 + 10_000 * 900_000 })).toHaveProperty('from');
    const decades = { from: at('1990-01-01T00:00:00'), to: at('2030-01-01T00:00:00') };
    expect(range({ ...decades, window: 'total' })).toHaveProperty('from');
    expect(range({ ...decades, window: 'day' })).toHaveProperty('parameter', 'from');
  });
});
