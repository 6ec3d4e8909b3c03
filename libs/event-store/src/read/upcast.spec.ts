import { describe, expect, it } from '@jest/globals';
import { InvariantError } from '../errors.js';
import { upcast } from './upcast.js';

const upcasters = { A: [(data: unknown) => [data, 2], (data: unknown) => [data, 3]] };

describe('upcast', () => {
  it('runs the chain from the stored version on', () => {
    expect(upcast(upcasters, 'A', { schemaVersion: 1, data: 'x' })).toEqual({ schemaVersion: 3, data: [['x', 2], 3] });
    expect(upcast(upcasters, 'A', { schemaVersion: 2, data: 'x' })).toEqual({ schemaVersion: 3, data: ['x', 3] });
  });

  it('leaves the newest version and types without upcasters as they are', () => {
    const newest = { schemaVersion: 3, data: 'x' };
    expect(upcast(upcasters, 'A', newest)).toEqual(newest);
    expect(upcast(upcasters, 'B', { schemaVersion: 7, data: 'x' })).toEqual({ schemaVersion: 7, data: 'x' });
    expect(upcast(upcasters, 'constructor', newest)).toBe(newest);
  });

  it('refuses data that is newer than the program', () => {
    expect(() => upcast(upcasters, 'A', { schemaVersion: 4, data: 'x' })).toThrow(InvariantError);
  });
});
