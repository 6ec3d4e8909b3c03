import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

export interface TestDatabase {
  readonly name: string;
  /** Owner's URL of this database. */
  readonly url: string;
  /** Drops the database and cuts whatever connections are left in it. */
  drop(): Promise<void>;
}

/**
 * An empty database of its own for a suite, in the run's throw-away cluster. Call `drop` after the suite.
 *
 * @example
 * let database: TestDatabase;
 * beforeAll(async () => { database = await createTestDatabase(); });
 * afterAll(() => database.drop());
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const cluster = process.env.TEST_POSTGRES_URL;
  if (!cluster) throw new Error('TEST_POSTGRES_URL is not set: run this suite in the project "int" or "e2e".');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await run(cluster, `create database ${name}`);
  const url = new URL(cluster);
  url.pathname = name;
  return { name, url: url.href, drop: () => dropDatabase(cluster, name) };
}

/** Longest wait for connections that are closing; a pool says that it has ended before its sockets have. */
const CLOSING_MS = 2_000;

/** What is cut by force is an error to whoever holds it: connections that are about to close get the time to do so. */
async function dropDatabase(cluster: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: cluster });
  await client.connect();
  try {
    const isLeft = async (): Promise<boolean> =>
      (await client.query('select from pg_stat_activity where datname = $1', [name])).rowCount !== 0;
    for (const end = performance.now() + CLOSING_MS; (await isLeft()) && performance.now() < end;) await pause(10);
    await client.query(`drop database if exists ${name} with (force)`);
  } finally {
    await client.end();
  }
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
