import { afterEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type TestDatabase, createTestDatabase } from './create-test-database.js';

const rows = async (url: string, statement: string): Promise<unknown[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
};

describe('createTestDatabase', () => {
  const databases: TestDatabase[] = [];
  afterEach(() => Promise.all(databases.splice(0).map((database) => database.drop())));

  it('gives each caller an empty database of its own', async () => {
    const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    databases.push(one, two);
    await rows(one.url, 'create table only_in_one ()');
    expect(await rows(two.url, "select 1 from pg_class where relname = 'only_in_one'")).toEqual([]);
    expect(await rows(two.url, 'select current_database() as name')).toEqual([{ name: two.name }]);
  });

  it('drops the database although somebody is still connected', async () => {
    const database = await createTestDatabase();
    const client = new pg.Client({ connectionString: database.url });
    client.on('error', () => undefined);
    await client.connect();
    await database.drop();
    await expect(rows(database.url, 'select 1')).rejects.toThrow('does not exist');
    await client.end();
  });
});
