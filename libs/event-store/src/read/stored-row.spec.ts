import { describe, expect, it } from '@jest/globals';
import { InvariantError } from '../errors.js';
import { positionOf } from './stored-row.js';

describe('positionOf', () => {
  it('keeps every safe integer', () => {
    expect(positionOf('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('refuses what a number cannot hold', () => {
    expect(() => positionOf('9007199254740993')).toThrow(InvariantError);
  });
});
