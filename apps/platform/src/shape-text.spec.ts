import { describe, expect, it } from '@jest/globals';
import { shapeText } from './shape-text.js';

describe('a shape in words', () => {
  it.each([
    [{ type: 'string' }, 'string'],
    [{ type: 'string', format: 'date-time' }, 'time'],
    [{ type: ['string', 'null'] }, 'string or null'],
    [{ anyOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }] }, 'time or null'],
    [{ type: 'string', enum: ['hard', 'soft'] }, '`hard`, `soft`'],
    [{ const: 'OKP' }, '`OKP`'],
    [{ type: 'array', items: { type: 'integer' } }, 'list of integer'],
    [{ type: 'object', additionalProperties: { type: 'integer' } }, 'map of string to integer'],
    [{ type: 'object', additionalProperties: {} }, 'map of string to anything'],
    [
      { type: 'object', properties: { id: { type: 'string' }, at: { type: 'integer' } }, required: ['id'] },
      '{`id`, `at?` (integer)}',
    ],
    [{ enum: [1, true, null] }, '`1`, `true`, `null`'],
    [{ const: false }, '`false`'],
    [{ const: null }, '`null`'],
    [{ type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'boolean' }] } }, 'list of string or boolean'],
    [{ type: 'array' }, 'list of anything'],
    [{ type: 'object' }, 'map of string to anything'],
    [{ type: 'object', properties: {} }, '{}'],
    [
      { type: 'object', properties: { inner: { type: 'object', properties: { id: { type: 'string' } } } } },
      '{`inner?` ({`id?`})}',
    ],
    [{ type: ['array', 'null'], items: { type: 'string', format: 'date-time' } }, 'list of time or null'],
    [{ type: 'string', format: 'email' }, 'string'],
    [null, 'anything'],
    ['text', 'anything'],
    [{}, 'anything'],
    [undefined, 'anything'],
  ])('%j is %s', (shape, text) => {
    expect(shapeText(shape)).toBe(text);
  });
});
