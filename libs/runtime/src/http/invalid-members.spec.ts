import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { invalidMembers, pointerTo } from './invalid-members.js';

const faultsOf = (schema: z.ZodType, value: unknown, place: 'body' | 'query' = 'body') => {
  const { error } = schema.safeParse(value);
  return error === undefined ? [] : invalidMembers(error, place);
};
const pointersOf = (schema: z.ZodType, value: unknown) => faultsOf(schema, value).map(({ pointer }) => pointer);

describe('a JSON Pointer', () => {
  it.each([
    [[], ''],
    [['a', 0, 'b'], '/a/0/b'],
    [[''], '/'],
    [['a/b', '~1', 'm~n'], '/a~1b/~01/m~0n'],
  ])('to %j is %s', (path, pointer) => {
    expect(pointerTo(path)).toBe(pointer);
  });
});

describe('the faults of a request', () => {
  const schema = z.strictObject({ name: z.string(), list: z.array(z.int()).optional() });

  it('are each at its place, with a word for what is missing or too much', () => {
    expect(faultsOf(schema, { list: [1, 'x'], more: 1, most: 2 })).toEqual([
      { pointer: '/name', message: 'is required' },
      { pointer: '/list/1', message: expect.stringContaining('expected') },
      { pointer: '/more', message: 'is not known here' },
      { pointer: '/most', message: 'is not known here' },
    ]);
  });

  it('of a query are named after the parameter', () => {
    expect(faultsOf(schema, {}, 'query')).toEqual([{ pointer: 'query/name', message: 'is required' }]);
  });

  it('are twenty at most', () => {
    const values = Array.from({ length: 25 }, () => 'x');
    expect(faultsOf(z.array(z.int()), values.slice(0, 20))).toHaveLength(20);
    expect(faultsOf(z.array(z.int()), values)).toHaveLength(20);
    expect(faultsOf(z.strictObject({}), Object.fromEntries(values.map((_, at) => [`m${at}`, 1])))).toHaveLength(20);
  });

  it('name an object whose type is wrong, not its members', () => {
    expect(faultsOf(z.object({ inner: schema }), { inner: 'x' })).toEqual([
      { pointer: '/inner', message: expect.stringContaining('expected object') },
    ]);
  });
});

describe('the faults of a choice', () => {
  const choice = z.object({
    domain: z.union([z.string(), z.strictObject({ name: z.string(), kind: z.enum(['a', 'b']) })]),
  });

  it('are those of the alternative whose type fits', () => {
    expect(pointersOf(choice, { domain: { name: 1, kind: 'c' } })).toEqual(['/domain/name', '/domain/kind']);
    expect(pointersOf(choice, { domain: { name: 'x', kind: 'a', odd: 1 } })).toEqual(['/domain/odd']);
  });

  it('are one where no alternative has the type', () => {
    expect(pointersOf(choice, { domain: 5 })).toEqual(['/domain']);
    expect(pointersOf(choice, {})).toEqual(['/domain']);
  });

  it('are found within choices in choices', () => {
    const nested = z.union([z.int(), z.array(z.union([z.string(), z.strictObject({ id: z.string() })]))]);
    expect(pointersOf(nested, ['a', { id: 1 }])).toEqual(['/1/id']);
  });
});
