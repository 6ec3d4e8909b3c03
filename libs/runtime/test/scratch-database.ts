import { randomBytes } from 'node:crypto';
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
  const made: string[] = [];
  return {
    owner,
    make: async () => {
      const name = `scratch_${randomBytes(6).toString('hex')}`;
      await owner.query(`CREATE DATABASE ${name}`);
      made.push(name);
      return Object.assign(new URL(ownerUrl), { pathname: `/${name}` }).href;
    },
    dropAll: async () => {
      for (const name of made) await owner.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await owner.end();
    },
  };
}
