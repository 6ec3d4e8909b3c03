import { createTestDatabase, type TestDatabase } from '@leasehold/testing';
import { Client } from 'pg';

/** Databases that a test file makes for itself in the cluster of the run. */
export interface ScratchDatabases {
  /** Makes a database and answers the owner's URL of it. */
  make(): Promise<string>;
  /** The owner's connection to the cluster. */
  readonly owner: Client;
  dropAll(): Promise<void>;
}

export async function openScratchDatabases(): Promise<ScratchDatabases> {
  const ownerUrl = process.env['TEST_POSTGRES_URL'];
  if (ownerUrl === undefined) throw new Error('TEST_POSTGRES_URL is not set: run the int project');
  const owner = new Client({ connectionString: ownerUrl });
  await owner.connect();
  const made: TestDatabase[] = [];
  return {
    owner,
    make: async () => {
      const database = await createTestDatabase();
      made.push(database);
      return database.url;
    },
    dropAll: async () => {
      for (const database of made) await database.drop();
      await owner.end();
    },
  };
}
