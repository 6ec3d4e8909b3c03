import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ProblemError } from './problem-error.js';
import { readJson } from './read-json.js';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');

const outcome = (body: Uint8Array): string => {
  try {
    readJson(body);
    return 'read';
  } catch (error) {
    return error instanceof ProblemError ? error.code : `unexpected: ${String(error)}`;
  }
};

const pointerOf = (text: string): string | undefined => {
  try {
    readJson(bytes(text));
  } catch (error) {
    return error instanceof ProblemError ? error.errors?.[0]?.pointer : undefined;
  }
  return undefined;
};

describe('reading a body', () => {
  it('gives what JSON.parse gives, but for members that are null', () => {
    expect(readJson(bytes('{"a":null,"b":[1,null,{"c":null,"d":"ü"}]}'))).toEqual({ b: [1, null, { d: 'ü' }] });
  });

  it('never fails in another way than by a refusal, whatever the bytes are', () => {
    const known = /^(?:read|malformed_request|invalid_request)$/;
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (body) => known.test(outcome(body))));
    fc.assert(fc.property(fc.json(), (text) => known.test(outcome(bytes(text)))));
  });

  it('of nothing or of null gives nothing', () => {
    expect(readJson(new Uint8Array())).toBeUndefined();
    expect(readJson(bytes(' null '))).toBeUndefined();
  });

  it('goes 32 levels deep and no further, however deep it is', () => {
    const nested = (depth: number) => bytes('['.repeat(depth) + ']'.repeat(depth));
    expect(outcome(nested(32))).toBe('read');
    expect(outcome(nested(33))).toBe('malformed_request');
    expect(outcome(nested(500_000))).toBe('malformed_request');
  });

  it('names the member whose text PostgreSQL could not hold', () => {
    expect(pointerOf('{"a":[{"b/c":"x\\u0000"}]}')).toBe('/a/0/b~1c');
    expect(pointerOf('{"a":"\\udc00"}')).toBe('/a');
  });

  it('looks at every item and every member, by its place among those that are fine', () => {
    expect(pointerOf('["a","b","\\u0000"]')).toBe('/2');
    expect(pointerOf('[["a"],{"b":1},["c","\\u0000"]]')).toBe('/2/1');
    expect(pointerOf('{"a":{"b":1},"c":[1,2],"d":{"e":"\\ud800"}}')).toBe('/d/e');
    expect(readJson(bytes('[{"a":null},{"b":null,"c":[{"d":null}]}]'))).toEqual([{}, { c: [{}] }]);
  });

  it('names a member whose own name could not be held', () => {
    expect(pointerOf('{"ok":{"a\\u0000":1}}')).toBe('/ok/a\0');
    expect(pointerOf('{"\\ud800":1}')).toBe('/\ufffd');
  });

  it.each([
    ['a byte that is none', [0x22, 0xff, 0x22]],
    ['half of a character', [0x22, 0xc3, 0x22]],
    ['a spelling that is too long', [0x22, 0xc0, 0x80, 0x22]],
    ['half of a surrogate pair', [0x22, 0xed, 0xa0, 0x80, 0x22]],
  ])('of bytes that are not UTF-8 is refused: %s', (_what, body) => {
    expect(outcome(Uint8Array.from(body))).toBe('malformed_request');
  });

  it('reads the bytes that it is given and none around them', () => {
    const around = bytes('[1]{"a":2}[3]');
    expect(readJson(around.subarray(3, 10))).toEqual({ a: 2 });
  });

  it('does not let a member reach the prototype of objects', () => {
    expect(outcome(bytes('{"a":{"__proto__":{"isAdmin":true}}}'))).toBe('invalid_request');
    expect(readJson(bytes('{"constructor":{"prototype":1}}'))).toHaveProperty('constructor.prototype', 1);
  });

  it('takes a whole surrogate pair, escaped or not', () => {
    expect(readJson(bytes('"\\ud83d\\ude00"'))).toBe('😀');
    expect(readJson(bytes('"😀"'))).toBe('😀');
  });
});
