import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { entityTag } from './answer.js';
import { parseIfMatch } from './if-match.js';
import { ProblemError } from './problem-error.js';

const refused = (header: string): string => {
  try {
    return `accepted as ${parseIfMatch(header)}`;
  } catch (error) {
    return error instanceof ProblemError ? error.code : `unexpected: ${String(error)}`;
  }
};

describe('If-Match', () => {
  it('reads back every entity tag that an answer has had, strong or made weak by a proxy', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999_999_999 }), (version) => {
        expect(parseIfMatch(entityTag(version))).toBe(version);
        expect(parseIfMatch(`W/${entityTag(version)}`)).toBe(version);
      }),
    );
  });

  it('expects nothing where there is none, and with a star', () => {
    expect([undefined, '*', ' * '].map(parseIfMatch)).toEqual([undefined, undefined, undefined]);
  });

  it('may have blanks around it', () => {
    expect(parseIfMatch('  "7"\t')).toBe(7);
  });

  it.each([
    ['empty', ''],
    ['blank', '  '],
    ['not quoted', '7'],
    ['quoted half', '"7'],
    ['in other quotes', "'7'"],
    ['an empty tag', '""'],
    ['negative', '"-1"'],
    ['with a plus', '"+1"'],
    ['a fraction', '"1.0"'],
    ['with leading zeros, which no answer has had', '"07"'],
    ['hexadecimal', '"0x7"'],
    ['beyond whole numbers', '"1000000000000000"'],
    ['a weak mark in lower case', 'w/"7"'],
    ['a blank within', '" 7"'],
    ['a list', '"7", "8"'],
    ['a star in quotes', '"*"'],
    ['two stars', '**'],
    ['a text', '"abc"'],
    ['two lines', '"7"\n"8"'],
  ])('is refused when it is %s', (_what, header) => {
    expect(refused(header)).toBe('invalid_header');
  });

  it('never does anything else than to read a version or to refuse', () => {
    fc.assert(fc.property(fc.string(), (text) => /^(?:accepted as |invalid_header$)/.test(refused(text))));
  });
});
