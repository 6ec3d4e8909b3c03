import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseStrictJson } from './strict-json.js';

const read = (text: string | Uint8Array) => parseStrictJson(Buffer.from(text));
const reasonOf = (text: string | Uint8Array): string | undefined => {
  const result = read(text);
  return result.ok ? undefined : result.refusal.reason;
};

describe('a JSON text is refused', () => {
  test.each([
    ['a key twice', '{"a":1,"a":2}', 'duplicate_key'],
    ['a key twice, one of them escaped', '{"exp":1,"\\u0065xp":2}', 'duplicate_key'],
    ['a key twice in a nested object', '{"a":[{"b":1,"c":{},"b":[]}]}', 'duplicate_key'],
    ['__proto__ twice', '{"__proto__":1,"__proto__":2}', 'duplicate_key'],
    ['nine levels of arrays', `{"a":${'['.repeat(8)}${']'.repeat(8)}}`, 'too_deep'],
    ['nine levels of objects', `${'{"a":'.repeat(9)}1${'}'.repeat(9)}`, 'too_deep'],
    ['thousands of levels', `{"a":${'['.repeat(3000)}${']'.repeat(3000)}}`, 'too_deep'],
    ['a byte order mark', '\ufeff{}', 'byte_order_mark'],
    ['an array', '[]', 'not_an_object'],
    ['null', 'null', 'not_an_object'],
    ['a text', '"a"', 'not_an_object'],
    ['a trailing comma', '{"a":1,}', 'invalid_json'],
    ['something behind the object', '{} x', 'invalid_json'],
    ['NaN', '{"a":NaN}', 'invalid_json'],
    ['nothing', '', 'invalid_json'],
    ['half a surrogate pair in a value', '{"a":"\\ud83d"}', 'lone_surrogate'],
    ['half a surrogate pair in a key', '{"\\udc00":1}', 'lone_surrogate'],
  ])('%s', (_, text, reason) => {
    expect(reasonOf(text)).toBe(reason);
  });

  test.each([
    ['a stray continuation byte', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['an encoded surrogate', [0xed, 0xa0, 0x80]],
    ['a cut sequence', [0xe2, 0x82]],
  ])('%s', (_, bytes) => {
    expect(reasonOf(Buffer.concat([Buffer.from('{"a":"'), Buffer.from(bytes), Buffer.from('"}')]))).toBe(
      'invalid_utf8',
    );
  });

  test('UTF-16', () => {
    expect(reasonOf(Buffer.from('{"a":1}', 'utf16le'))).toBe('invalid_json');
  });
});

describe('a JSON text is accepted', () => {
  test.each([
    ['eight levels', `{"a":${'['.repeat(7)}${']'.repeat(7)}}`],
    ['many objects side by side', `{"a":[${'{"b":{}},'.repeat(20)}1]}`],
    ['the same key in different objects', '{"a":{"b":1},"c":[{"b":1},{"b":2}],"b":3}'],
    ['brackets, quotes and commas inside strings', '{"a":"}]{[\\",\\\\","b":"\\\\"}'],
    ['a value that equals a key', '{"a":"b","b":"a","c":["a","a"]}'],
    ['a surrogate pair', '{"a":"\\ud83d\\ude00"}'],
    ['an escaped backslash before u', '{"a":"\\\\ud83d"}'],
    ['white space', ' {\n"a" :\t1 }\r\n'],
  ])('%s', (_, text) => {
    expect(read(text)).toMatchObject({ ok: true, members: JSON.parse(text) as object });
  });
});

test('numbers of the outermost object that are not plain digits are named, nested ones are not', () => {
  const result = read('{"a":1,"b":1.0,"c":1e3,"d":-0,"e":{"f":1.5},"g":[-1],"h":-1,"i":0}');
  expect(result).toMatchObject({ ok: true, oddNumbers: ['b', 'c', 'd', 'h'] });
});

test('a __proto__ member does not reach the prototype', () => {
  const result = read('{"__proto__":{"valid":true}}');
  expect(result.ok && 'valid' in result.members).toBe(false);
});

test('whatever JSON.stringify writes of a well-formed object of few levels is read back unchanged', () => {
  const value = fc.jsonValue({ maxDepth: 6, stringUnit: 'binary' });
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), value), (members) => {
      const text = JSON.stringify(members);
      expect(read(text)).toMatchObject({ ok: true, members: JSON.parse(text) as object });
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('a repeated key is found wherever it stands', () => {
  const keys = fc.uniqueArray(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(keys, fc.nat(), fc.jsonValue({ maxDepth: 2 }), (names, pick, value) => {
      const repeated = names[pick % names.length] ?? '';
      const members = [...names, repeated].map((name) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
      expect(reasonOf(`{"outer":{${members.join(',')}}}`)).toBe('duplicate_key');
    }),
    { seed: 2, numRuns: 300 },
  );
});
