import { describe, expect, it, test } from '@jest/globals';
import { z } from 'zod';
import * as value from './values.js';

const reads = (schema: z.ZodType, sent: unknown): unknown => {
  const parsed = schema.safeParse(sent);
  return parsed.success ? parsed.data : undefined;
};
const many = (count: number, value: unknown = 1): Record<string, unknown> =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`m${String(n)}`, value]));

describe('a name', () => {
  test.each([
    ['one character', 'a', 'a'],
    ['200 characters', 'a'.repeat(200), 'a'.repeat(200)],
    ['any script', 'Müller 株式会社', 'Müller 株式会社'],
    ['spaces inside', 'a  b', 'a  b'],
    ['spaces around it, which go', ' \t a \n', 'a'],
    ['200 characters once the spaces around are gone', ` ${'a'.repeat(200)} `, 'a'.repeat(200)],
    ['a pair of surrogates', '🔑', '🔑'],
    ['characters that PostgreSQL holds', '\u0001\u007f', '\u0001\u007f'],
  ])('may have %s', (_what, sent, name) => {
    expect(reads(value.name, sent)).toBe(name);
  });

  test.each([
    ['nothing', ''],
    ['spaces only', ' \u3000\t'],
    ['201 characters', 'a'.repeat(201)],
    ['a NUL', 'a\0b'],
    ['the first half of a pair', 'a\ud83d'],
    ['the second half of a pair', '\udd11a'],
    ['a number', 7],
    ['null', null],
    ['a list', ['a']],
  ])('is not %s', (_what, sent) => {
    expect(value.name.safeParse(sent).success).toBe(false);
  });
});

describe('an id', () => {
  const SUFFIX = '01jd3mzk4qf8x2v6n0c7r5t9wb';
  test.each([
    [value.tenantId, 'ten'],
    [value.productId, 'prod'],
    [value.planId, 'plan'],
    [value.apiKeyId, 'key'],
    [value.endpointId, 'we'],
    [value.deliveryId, 'wd'],
    [value.anomalyId, 'ano'],
  ])('of its kind has the prefix %#, and 26 characters of the alphabet without i, l, o and u', (schema, prefix) => {
    const of = (text: string): boolean => schema.safeParse(text).success;
    expect(of(`${prefix}_${SUFFIX}`)).toBe(true);
    expect(of(`${prefix}_0123456789abcdefghjkmnpqrs`)).toBe(true);
    expect(of(`${prefix}_${'tvwxyz'.padEnd(26, '0')}`)).toBe(true);
    for (const letter of 'ilouAZ-_ü') expect(of(`${prefix}_${SUFFIX.slice(1)}${letter}`)).toBe(false);
    expect(of(`${prefix}${SUFFIX}`)).toBe(false);
    expect(of(`x${prefix}_${SUFFIX}`)).toBe(false);
    expect(of(` ${prefix}_${SUFFIX}`)).toBe(false);
    expect(of(`${prefix}_${SUFFIX}\n`)).toBe(false);
  });

  it('of a license has 28 characters, and says so when it has not', () => {
    expect(reads(value.licenseId, 'lic_7d3mzk4qf8x2v6n0c7r5t9wb4e1s')).toBe('lic_7d3mzk4qf8x2v6n0c7r5t9wb4e1s');
    expect(value.licenseId.safeParse(`lic_${SUFFIX}`)).toHaveProperty(
      'error.issues.0.message',
      'must be a license id: lic_ and 28 characters',
    );
    expect(value.planId.safeParse(`prod_${SUFFIX}`)).toHaveProperty(
      'error.issues.0.message',
      'must be an id that begins with plan_',
    );
  });
});

describe('the name of a feature', () => {
  test.each(['a', '7', 'A.b:c-d_e', 'x'.repeat(64)])('may be %j', (sent) => {
    expect(reads(value.featureName, sent)).toBe(sent);
  });

  test.each(['', '.a', '-a', '_a', ':a', 'x'.repeat(65), 'a b', 'ä', 'a/b', 'a\n', 'a\0', 7, null])(
    'is never %j',
    (sent) => {
      expect(value.featureName.safeParse(sent).success).toBe(false);
    },
  );

  it('stands in a list of up to 100, where a second one is dropped and the order kept', () => {
    const hundred = Array.from({ length: 100 }, (_, n) => `f${String(n)}`);
    expect(reads(value.features, [])).toEqual([]);
    expect(reads(value.features, ['b', 'a', 'b'])).toEqual(['b', 'a']);
    expect(reads(value.features, hundred)).toEqual(hundred);
    expect(value.features.safeParse([...hundred, 'one-more']).success).toBe(false);
  });
});

describe('the name of a meter', () => {
  test.each(['a', 'Z', 'apiCalls', 'api_calls_2', `x${'y'.repeat(63)}`])('may be %j', (sent) => {
    expect(reads(value.meterName, sent)).toBe(sent);
  });

  test.each(['', '1a', '_a', `x${'y'.repeat(64)}`, 'api.calls', 'api-calls', 'api calls', 'ä', 'a\n', 7, null])(
    'is never %j',
    (sent) => {
      expect(value.meterName.safeParse(sent).success).toBe(false);
    },
  );
});

describe('limits', () => {
  test.each([
    ['none', {}],
    ['nothing at all to be used', { apiCalls: 0 }],
    ['the largest exact integer', { apiCalls: Number.MAX_SAFE_INTEGER }],
    ['50 meters', many(50)],
  ])('may be %s', (_what, sent) => {
    expect(reads(value.limits, sent)).toEqual(sent);
  });

  test.each([
    ['below zero', { apiCalls: -1 }],
    ['a fraction', { apiCalls: 0.5 }],
    ['beyond exact integers', { apiCalls: Number.MAX_SAFE_INTEGER + 1 }],
    ['text', { apiCalls: '1' }],
    ['null', { apiCalls: null }],
    ['without end', { apiCalls: Infinity }],
    ['of a meter that cannot be', { 'api-calls': 1 }],
    ['of 51 meters', many(51)],
    ['a list', [1]],
  ])('are never %s', (_what, sent) => {
    expect(value.limits.safeParse(sent).success).toBe(false);
  });
});

describe('metadata', () => {
  test.each([
    ['none', {}],
    ['text, numbers and truth values', { a: 'x', b: -1.5, c: false }],
    ['empty text', { a: '' }],
    ['a name of 64 and a text of 500 characters', { ['k'.repeat(64)]: 'v'.repeat(500) }],
    ['50 members', many(50)],
    ['names that objects have of themselves', { constructor: 'x', toString: 'y' }],
  ])('may be %s', (_what, sent) => {
    expect(reads(value.metadata, sent)).toEqual(sent);
  });

  test.each([
    ['51 members', many(51)],
    ['a name of 65 characters', { ['k'.repeat(65)]: 1 }],
    ['a text of 501 characters', { a: 'v'.repeat(501) }],
    ['a member without a name', { '': 1 }],
    ['a name with a NUL', { 'a\0': 1 }],
    ['a name with half a pair', { '\ud800': 1 }],
    ['a text with a NUL', { a: '\0' }],
    ['a text with half a pair', { a: '\udfff' }],
    ['null', { a: null }],
    ['a list', { a: [] }],
    ['an object', { a: {} }],
    ['no number', { a: NaN }],
  ])('is never %s', (_what, sent) => {
    expect(value.metadata.safeParse(sent).success).toBe(false);
  });

  it('never reaches a prototype', () => {
    const read = value.metadata.parse(JSON.parse('{"__proto__":"x","a":"b"}'));
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(Object.keys(read)).toEqual(['a']);
  });
});

describe('a time that is sent', () => {
  test.each([
    ['1970-01-01T00:00:00Z', 0],
    ['1970-01-01T00:00:00.001Z', 1],
    ['1970-01-01T01:00:00+01:00', 0],
    ['1969-12-31T23:00:00-01:00', 0],
    ['2026-03-01T09:30:00Z', Date.UTC(2026, 2, 1, 9, 30)],
    ['2026-03-01T09:30:00+05:45', Date.UTC(2026, 2, 1, 3, 45)],
    ['2026-03-01T00:00:00-12:00', Date.UTC(2026, 2, 1, 12)],
    ['2028-02-29T23:59:59.999Z', Date.UTC(2028, 1, 29, 23, 59, 59, 999)],
    ['2026-01-01T00:00:00.123999Z', Date.UTC(2026, 0, 1, 0, 0, 0, 123)],
    ['9999-12-31T23:59:59.999Z', Date.UTC(9999, 11, 31, 23, 59, 59, 999)],
  ])('%s is %i', (sent, instant) => {
    expect(reads(value.instant, sent)).toBe(instant);
  });

  test.each([
    ['before 1970', '1969-12-31T23:59:59.999Z'],
    ['before 1970 by its offset', '1970-01-01T00:00:00+00:01'],
    ['after 9999 by its offset, which no answer could say', '9999-12-31T23:59:59-00:01'],
    ['of five digits of a year', '10000-01-01T00:00:00Z'],
    ['of a signed year', '+010000-01-01T00:00:00Z'],
    ['a date', '2026-03-01'],
    ['without seconds', '2026-03-01T09:30Z'],
    ['without a zone', '2026-03-01T09:30:00'],
    ['with a zone by name', '2026-03-01T09:30:00 Europe/Berlin'],
    ['with an offset of a whole day', '2026-03-01T09:30:00+24:00'],
    ['with an offset without a colon', '2026-03-01T09:30:00+0100'],
    ['on a 30th of February', '2026-02-30T00:00:00Z'],
    ['on a 29th of February in a common year', '2026-02-29T00:00:00Z'],
    ['on a 31st of April', '2026-04-31T00:00:00Z'],
    ['in a 13th month', '2026-13-01T00:00:00Z'],
    ['in a month 0', '2026-00-01T00:00:00Z'],
    ['at 24 hours', '2026-01-01T24:00:00Z'],
    ['in a 61st minute', '2026-01-01T00:60:00Z'],
    ['in a leap second', '2026-06-30T23:59:60Z'],
    ['with spaces around', ' 2026-01-01T00:00:00Z '],
    ['epoch milliseconds', 1_767_225_600_000],
    ['epoch milliseconds as text', '1767225600000'],
    ['null', null],
    ['nothing', ''],
  ])('is never %s', (_what, sent) => {
    expect(value.instant.safeParse(sent).success).toBe(false);
  });

  it('is written back in UTC to the millisecond', () => {
    expect(z.encode(value.instant, Date.UTC(2026, 2, 1, 9, 30, 0, 7))).toBe('2026-03-01T09:30:00.007Z');
    expect(z.encode(value.instant, Date.UTC(9999, 11, 31, 23, 59, 59, 999))).toBe('9999-12-31T23:59:59.999Z');
    expect(() => z.encode(value.instant, 0.5)).toThrow(z.core.$ZodError);
    expect(() => z.encode(value.instant, Date.UTC(9999, 11, 31, 23, 59, 59, 999) + 1)).toThrow(z.core.$ZodError);
  });
});

describe('a time in an answer', () => {
  it('is RFC 3339 in UTC', () => {
    expect(reads(value.time, '2026-03-01T09:30:00.000Z')).toBe('2026-03-01T09:30:00.000Z');
    expect(value.time.safeParse('2026-03-01T10:30:00.000+01:00').success).toBe(false);
    expect(value.time.safeParse(0).success).toBe(false);
  });
});

describe('a page', () => {
  const query = z.strictObject(value.page);

  test.each([
    [{}, { limit: 20 }],
    [{ limit: '1' }, { limit: 1 }],
    [{ limit: '100' }, { limit: 100 }],
    [
      { limit: '7', cursor: 'x' },
      { limit: 7, cursor: 'x' },
    ],
    [{ cursor: 'x'.repeat(512) }, { limit: 20, cursor: 'x'.repeat(512) }],
  ])('may be asked for by %j', (sent, read) => {
    expect(reads(query, sent)).toEqual(read);
  });

  test.each([
    { limit: '0' },
    { limit: '101' },
    { limit: '-1' },
    { limit: '1.5' },
    { limit: '' },
    { limit: 'ten' },
    { limit: 'NaN' },
    { limit: 'Infinity' },
    { limit: '١' },
    { cursor: '' },
    { cursor: 'x'.repeat(513) },
    { offset: '20' },
  ])('is never asked for by %j', (sent) => {
    expect(query.safeParse(sent).success).toBe(false);
  });

  it('says with null that it is the last one, and never leaves that out', () => {
    const list = value.listOf(z.int());
    expect(reads(list, { data: [], nextCursor: null })).toEqual({ data: [], nextCursor: null });
    expect(list.safeParse({ data: [] }).success).toBe(false);
    expect(list.safeParse({ data: [1.5], nextCursor: null }).success).toBe(false);
  });
});
