import { afterEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '@leasehold/testing';
import type { PoolClient } from 'pg';
import { meteringDatabase } from '../../test/metering-database.js';
import { holdLicenses } from './hold-licenses.js';

const database = meteringDatabase();
const opened: PoolClient[] = [];

const begin = async (): Promise<PoolClient> => {
  const transaction = await database.pool.connect();
  opened.push(transaction);
  await transaction.query('BEGIN');
  return transaction;
};
const waiting = async (): Promise<number> => {
  const { rows } = await database.pool.query<{ waiting: string }>(
    `SELECT count(*) AS waiting FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return Number(rows[0]?.waiting);
};
/** Holds, and answers whether it had to wait for somebody until `release`. */
const hadToWait = async (hold: Promise<void>, release: () => Promise<unknown>): Promise<boolean> => {
  let held = false;
  const holding = hold.then(() => (held = true));
  await waitFor(async () => held || (await waiting()) > 0);
  const waited = !held;
  await release();
  await holding;
  return waited;
};

afterEach(async () => {
  for (const transaction of opened.splice(0)) {
    await transaction.query('ROLLBACK');
    transaction.release();
  }
});

describe('who holds licenses', () => {
  it.each([
    ['counting', 'counting', false],
    ['counting', 'changing', true],
    ['changing', 'counting', true],
    ['changing', 'changing', true],
  ] as const)('%s makes %s of the same wait until its transaction ends: %s', async (first, second, waits) => {
    const [one, other] = [await begin(), await begin()];
    await holdLicenses(one, first, [3, 5]);
    expect(await hadToWait(holdLicenses(other, second, [5]), () => one.query('COMMIT'))).toBe(waits);
  });

  it('keeps nobody from others', async () => {
    const [one, other] = [await begin(), await begin()];
    await holdLicenses(one, 'changing', [3]);
    expect(await hadToWait(holdLicenses(other, 'changing', [4]), () => one.query('COMMIT'))).toBe(false);
  });

  it('of several never waits for one who waits for it, in whatever order they are named', async () => {
    const rounds = Array.from({ length: 40 }, (_none, n) => (n % 2 === 0 ? [1, 2, 3] : [3, 2, 1]));
    await Promise.all(
      rounds.map((partitions) =>
        database.inTransaction(async (transaction) => {
          await holdLicenses(transaction, 'changing', partitions);
          await transaction.query('SELECT 1');
        }),
      ),
    );
    expect(await waiting()).toBe(0);
  });

  it('of none holds nothing', async () => {
    await holdLicenses(await begin(), 'changing', []);
    expect(await waiting()).toBe(0);
  });
});
