import { describe, expect, it, test } from '@jest/globals';
import type { z } from 'zod';
import { usageEvent, usageRoutes } from './usage.js';

const reads = (schema: z.ZodType, sent: unknown): unknown => {
  const parsed = schema.safeParse(sent);
  return parsed.success ? parsed.data : 'refused';
};
const licenseId = 'lic_7d3mzk4qf8x2v6n0c7r5t9wb4e1s';

describe('an event that counts', () => {
  const event = { specversion: '1.0', id: 'o-1', source: '/shop', type: 'exports', subject: licenseId };
  const read = (changes: object): unknown => reads(usageEvent, { ...event, data: { quantity: 1 }, ...changes });

  test.each<[string, object]>([
    ['a quantity of nothing', { data: { quantity: 0 } }],
    ['a quantity of a billion', { data: { quantity: 1_000_000_000 } }],
    ['an id of 200 characters', { id: 'i'.repeat(200) }],
    ['a source of 500 characters', { source: 's'.repeat(500) }],
  ])('may have %s', (_what, changes) => {
    expect(read(changes)).toMatchObject(changes);
  });

  it('counts when it says it happened, and may leave that to us', () => {
    expect(read({ time: '2026-03-01T00:00:00+01:00' })).toHaveProperty('time', Date.UTC(2026, 1, 28, 23));
    expect(read({})).not.toHaveProperty('time');
  });

  it('may have attributes and data that others use, which are dropped', () => {
    expect(read({ dataschema: 'x', data: { quantity: 1, sku: 'a' } })).toEqual({ ...event, data: { quantity: 1 } });
  });

  test.each<[string, object]>([
    ['another version of CloudEvents', { specversion: '0.3' }],
    ['no id', { id: '' }],
    ['an id of 201 characters', { id: 'i'.repeat(201) }],
    ['no source', { source: '' }],
    ['a source of 501 characters', { source: 's'.repeat(501) }],
    ['a quantity below zero', { data: { quantity: -1 } }],
    ['a quantity beyond a billion', { data: { quantity: 1_000_000_001 } }],
    ['a fraction', { data: { quantity: 0.5 } }],
    ['a quantity that is text', { data: { quantity: '1' } }],
    ['no quantity', { data: {} }],
    ['no data', { data: null }],
    ['a meter that cannot be', { type: 'com.example.export' }],
    ['the subject of something else', { subject: 'ten_01jd3mzk4qf8x2v6n0c7r5t9wb' }],
    ['a time without a zone', { time: '2026-03-01T00:00:00' }],
  ])('never has %s', (_what, changes) => {
    expect(read(changes)).toBe('refused');
  });

  it('comes alone or with up to a thousand, each to be judged by itself', () => {
    const { body } = usageRoutes.recordUsage;
    const bad = [null, 7, 'x', {}];
    expect(reads(body, bad)).toEqual(bad);
    expect(reads(body, { any: 'thing' })).toEqual({ any: 'thing' });
    expect(body.safeParse(Array.from({ length: 1000 }, () => event)).success).toBe(true);
    expect(body.safeParse(Array.from({ length: 1001 }, () => event)).success).toBe(false);
    for (const none of [[], null, 'x', 7]) expect(reads(body, none)).toBe('refused');
  });
});

describe('the usage that is asked for', () => {
  const query = (sent: object): unknown => reads(usageRoutes.getUsage.query, { licenseId, ...sent });

  it('is that of validations by quarter hours of UTC unless told otherwise', () => {
    expect(query({})).toEqual({ licenseId, meter: 'apiCalls', window: '15m', timezone: 'UTC' });
  });

  test.each(['15m', 'hour', 'day', 'total'])('may be by %s', (window) => {
    expect(query({ window })).toHaveProperty('window', window);
  });

  test.each([
    { window: 'month' },
    { window: '1h' },
    { meter: 'api-calls' },
    { from: '2026-03-01' },
    { to: 'now' },
    { timezone: 'x'.repeat(65) },
    { licenseId: undefined },
  ])('is never %j', (sent) => {
    expect(query(sent)).toBe('refused');
  });
});
