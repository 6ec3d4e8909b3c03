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

  it('does not let a member reach the prototype of objects', () => {
    expect(outcome(bytes('{"a":{"__proto__":{"isAdmin":true}}}'))).toBe('invalid_request');
    expect(readJson(bytes('{"constructor":{"prototype":1}}'))).toHaveProperty('constructor.prototype', 1);
  });

  it('takes a whole surrogate pair, escaped or not', () => {
    expect(readJson(bytes('"\\ud83d\\ude00"'))).toBe('😀');
    expect(readJson(bytes('"😀"'))).toBe('😀');
  });
});
