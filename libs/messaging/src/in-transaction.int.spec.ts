import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@leasehold/testing';
import pg from 'pg';
import { inTransaction } from './in-transaction.js';

let database: TestDatabase;
let pool: pg.Pool;
const write = 'INSERT INTO note VALUES (1)';
const written = async (): Promise<number> => (await pool.query('SELECT FROM note')).rowCount ?? 0;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 8 });
  pool.on('error', () => undefined);
  await pool.query('CREATE TABLE note (n int)');
});
beforeEach(() => pool.query('TRUNCATE note'));
afterAll(async () => {
  await pool.end();
  await database.drop();
});

it('work that succeeds is there, with its answer', async () => {
  expect(await inTransaction(pool, async (transaction) => (await transaction.query(write)).rowCount)).toBe(1);
  expect(await written()).toBe(1);
});

it('work that fails leaves nothing, and its connection serves the next', async () => {
  const before = pool.totalCount;
  const failing = inTransaction(pool, async (transaction) => {
    await transaction.query(write);
    await transaction.query('SELECT 1 / 0');
  });
  await expect(failing).rejects.toThrow('division by zero');
  expect(await written()).toBe(0);
  expect(pool.totalCount).toBe(Math.max(1, before));
});

it('a connection that is lost in the middle is never used again', async () => {
  const pidOf = async (queryable: pg.Pool | pg.PoolClient): Promise<number | undefined> =>
    (await queryable.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid;
  let pid: number | undefined;
  const lost = inTransaction(pool, async (transaction) => {
    await transaction.query(write);
    pid = await pidOf(transaction);
    await pool.query('SELECT pg_terminate_backend($1)', [pid]);
    await transaction.query('SELECT 1');
  });
  await expect(lost).rejects.toThrow(/terminat(ed|ing)|not queryable/);
  expect(await written()).toBe(0);
  const pids = await Promise.all(Array.from({ length: 8 }, () => pidOf(pool)));
  expect(pids).not.toContain(pid);
});
