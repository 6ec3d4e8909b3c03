import { randomBytes } from 'node:crypto';
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
  return { name, url: url.href, drop: () => run(cluster, `drop database if exists ${name} with (force)`) };
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
