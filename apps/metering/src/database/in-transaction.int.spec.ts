import { expect, it } from '@jest/globals';
import { meteringDatabase } from '../../test/metering-database.js';
import { inTransaction } from './in-transaction.js';
import type { Queryable } from './queryable.js';

const database = meteringDatabase();
const write = `INSERT INTO posted_event VALUES ('ten', decode('00', 'hex'), '', now())`;
const written = async (): Promise<number> => (await database.pool.query('SELECT FROM posted_event')).rowCount ?? 0;

it('work that succeeds is there, with its answer', async () => {
  expect(await inTransaction(database.pool, async (transaction) => (await transaction.query(write)).rowCount)).toBe(1);
  expect(await written()).toBe(1);
});

it('work that fails leaves nothing, and its connection serves the next', async () => {
  const before = database.pool.totalCount;
  const failing = inTransaction(database.pool, async (transaction) => {
    await transaction.query(write);
    await transaction.query('SELECT 1 / 0');
  });
  await expect(failing).rejects.toThrow('division by zero');
  expect(await written()).toBe(0);
  expect(database.pool.totalCount).toBe(Math.max(1, before));
});

it('a connection that is lost in the middle is never used again', async () => {
  const pidOf = async (queryable: Queryable): Promise<number | undefined> =>
    (await queryable.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid;
  let pid: number | undefined;
  const lost = inTransaction(database.pool, async (transaction) => {
    await transaction.query(write);
    pid = await pidOf(transaction);
    await database.kill(transaction);
  });
  await expect(lost).rejects.toThrow(/terminat(ed|ing)|not queryable/);
  expect(await written()).toBe(0);
  const pids = await Promise.all(Array.from({ length: 8 }, () => pidOf(database.pool)));
  expect(pids).not.toContain(pid);
});
