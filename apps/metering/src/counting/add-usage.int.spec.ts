import { describe, expect, it } from '@jest/globals';
import { licenseId, T0 } from '../../test/licenses.js';
import { meteringDatabase } from '../../test/metering-database.js';
import { addUsage } from './add-usage.js';
import { keepUnplaced, takeUnplaced } from './unplaced-usage.js';

const database = meteringDatabase();
const DAY_MS = 86_400_000;
const place = (n: number, quantity: number) => {
  return { licenseId: licenseId(n), meter: 'apiCalls', start: T0, end: T0 + DAY_MS, quantity, refused: false };
};
const add = (...places: ReturnType<typeof place>[]) =>
  database.inTransaction((transaction) => addUsage(transaction, { buckets: places, periods: places }));

describe('what is added', () => {
  it('comes on top of what was there, and is answered with it', async () => {
    await add(place(1, 2), place(2, 3));
    expect(await add(place(1, 5), place(3, 7))).toMatchObject([
      { licenseId: licenseId(1), used: 7, threshold: 0, exceeded: false },
      { licenseId: licenseId(3), used: 7 },
    ]);
    const quantities = [7, 3, 7];
    expect((await database.buckets()).map(({ quantity }) => quantity)).toEqual(quantities);
    expect((await database.periods()).map(({ quantity }) => quantity)).toEqual(quantities);
  });

  it('ends at the largest number that JSON keeps whole', async () => {
    await add(place(1, Number.MAX_SAFE_INTEGER - 1));
    expect(await add(place(1, 1_000_000_000))).toMatchObject([{ used: Number.MAX_SAFE_INTEGER }]);
    expect(await add(place(1, 1))).toMatchObject([{ used: Number.MAX_SAFE_INTEGER }]);
    expect(await database.buckets()).toMatchObject([{ quantity: Number.MAX_SAFE_INTEGER }]);
  });

  it('by many at once, in one order, waits for each other and never fails', async () => {
    const all = Array.from({ length: 30 }, (_none, n) => place(n + 1, 1));
    await Promise.all(Array.from({ length: 12 }, () => add(...all)));
    expect((await database.periods()).every(({ quantity }) => quantity === 12)).toBe(true);
  });

  it('is nothing where there is nothing', async () => {
    expect(await add()).toEqual([]);
    expect(await database.buckets()).toEqual([]);
  });
});

it('usage without a place is kept to the millisecond, and taken once', async () => {
  const usages = [
    { licenseId: licenseId(1), meter: 'apiCalls', at: T0 + 1, quantity: 1, refused: false },
    { licenseId: licenseId(1), meter: 'apiCalls', at: T0 + 999, quantity: 0, refused: true },
    { licenseId: licenseId(2), meter: 'apiCalls', at: T0, quantity: 1, refused: false },
  ];
  await database.inTransaction((transaction) => keepUnplaced(transaction, usages));
  const take = (...ids: string[]) => database.inTransaction((transaction) => takeUnplaced(transaction, ids));
  expect(await take(licenseId(1), licenseId(3))).toEqual(usages.slice(0, 2));
  expect(await take(licenseId(1))).toEqual([]);
  expect(await take(licenseId(2))).toEqual(usages.slice(2));
});
