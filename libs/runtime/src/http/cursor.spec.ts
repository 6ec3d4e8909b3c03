import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeCursor, encodeCursor } from './cursor.js';
import { ProblemError } from './problem-error.js';

const refused = (text: string, parts: Parameters<typeof decodeCursor>[1]): string => {
  try {
    decodeCursor(text, parts);
  } catch (error) {
    return error instanceof ProblemError ? error.code : `unexpected: ${String(error)}`;
  }
  return 'accepted';
};

describe('a cursor', () => {
  it('gives back the values it was made of', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.string({ unit: 'grapheme', maxLength: 40 }), (number, text) => {
        fc.pre(!text.includes('\0'));
        expect(decodeCursor(encodeCursor([number, text]), ['number', 'string'])).toEqual([number, text]);
      }),
    );
  });

  it('can stand in a URL as it is', () => {
    fc.assert(fc.property(fc.string(), (text) => /^[A-Za-z0-9_-]+$/.test(encodeCursor([text]))));
  });

  it('has at most 1,024 characters', () => {
    const longest = encodeCursor(['x'.repeat(764)]);
    expect([longest.length, refused(longest, ['string'])]).toEqual([1_024, 'accepted']);
    expect(refused(encodeCursor(['x'.repeat(765)]), ['string'])).toBe('invalid_cursor');
  });

  it('that a caller made up is invalid, whatever it is, and nothing else happens', () => {
    fc.assert(fc.property(fc.string(), (text) => refused(text, ['number', 'string']) === 'invalid_cursor'));
    const anyJson = fc.json().map((text) => Buffer.from(text).toString('base64url'));
    fc.assert(fc.property(anyJson, (text) => /accepted|invalid_cursor/.test(refused(text, ['string']))));
  });

  it.each([
    ['too few values', encodeCursor([1]), ['number', 'string']],
    ['too many values', encodeCursor([1, 'a', 'b']), ['number', 'string']],
    ['a text for a number', encodeCursor(['1', 'a']), ['number', 'string']],
    ['a fraction', encodeCursor([1.5]), ['number']],
    ['a number that PostgreSQL would read otherwise', Buffer.from('[1e400]').toString('base64url'), ['number']],
    ['a text of another form', encodeCursor(['prod_1']), [/^lic_/]],
    ['a NUL character', encodeCursor(['a\0']), ['string']],
    ['half of a surrogate pair', encodeCursor(['\ud800']), ['string']],
    ['padding', `${encodeCursor([1])}=`, ['number']],
    ['another spelling of the same values', Buffer.from('[ 1 ]').toString('base64url'), ['number']],
    ['an object', Buffer.from('{"length":1,"0":1}').toString('base64url'), ['number']],
    ['more than any list gives out', encodeCursor(['x'.repeat(2_000)]), ['string']],
  ] as const)('with %s is invalid', (_name, text, parts) => {
    expect(refused(text, parts)).toBe('invalid_cursor');
  });
});
