import { describe, expect, it } from '@jest/globals';
import { decodeCursor } from './cursor.js';
import { cursorTime, pageOf } from './page.js';

const page = (count: number, limit: number) =>
  pageOf(
    Array.from({ length: count }, (_none, index) => ({ id: `row ${index}`, at: index })),
    limit,
    ({ id }) => id,
    ({ at, id }) => [at, id],
  );

describe('a page', () => {
  it('is the last one when there are no more rows than it takes', () => {
    expect(page(0, 2)).toEqual({ data: [], nextCursor: null });
    expect(page(2, 2)).toEqual({ data: ['row 0', 'row 1'], nextCursor: null });
  });

  it('leaves the row that is one too many to the next one, which goes on after the last row shown', () => {
    const { data, nextCursor } = page(3, 2);
    expect(data).toEqual(['row 0', 'row 1']);
    expect(decodeCursor(nextCursor ?? '', ['number', 'string'])).toEqual([1, 'row 1']);
  });
});

it.each([
  [0, '1970-01-01T00:00:00.000Z'],
  [1_772_323_200_123, '2026-03-01T00:00:00.123Z'],
  [-1, '1970-01-01T00:00:00.000Z'],
  [Number.MIN_SAFE_INTEGER, '1970-01-01T00:00:00.000Z'],
  [253_402_300_800_000, '9999-12-31T23:59:59.999Z'],
  [Number.MAX_SAFE_INTEGER, '9999-12-31T23:59:59.999Z'],
])('a cursor of the time %d is compared as %s', (milliseconds, text) => {
  expect(cursorTime(milliseconds)).toBe(text);
});
