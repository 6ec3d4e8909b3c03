import { randomBytes } from 'node:crypto';
import { createLogger, type Database, migrateAll, openDatabase, schemaOf } from '@leasehold/runtime';
import { createTestDatabase } from '@leasehold/testing';
import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { ENTITIES } from '../src/database/entities.js';
import { MIGRATIONS } from '../src/database/migrations/migrations.js';
import { createWritePath, type WritePath } from '../src/store/write-path.js';

export interface IssuanceDatabase {
  /** Owner's URL. */
  readonly url: string;
  /** In the application role. */
  readonly pool: Pool;
  readonly dataSource: DataSource;
  readonly schema: string;
  readonly writePath: WritePath;
  /** As a second process has it. */
  anotherWritePath(): Promise<WritePath>;
  /** Further connections; closed by the caller, or with the rest. */
  anotherDatabase(): Promise<Database & { close(): Promise<void> }>;
  drop(): Promise<void>;
}

/** A migrated database of issuance's own, with a clock that is set and real randomness. */
export async function issuanceDatabase(clock = { now: () => Date.now() }): Promise<IssuanceDatabase> {
  const logger = createLogger({ level: 'silent', service: 'issuance' });
  const { url, drop } = await createTestDatabase();
  await migrateAll([{ name: 'issuance', migrations: MIGRATIONS }], () => url, logger);
  const schema = schemaOf('issuance');
  const open = () =>
    openDatabase({ url, schema, role: schema, entities: ENTITIES, migrations: MIGRATIONS, logger, poolSize: 4 });
  const opened = [await open()];
  const [first] = opened;
  if (first === undefined) throw new Error('not opened');
  return {
    url,
    pool: first.pool,
    dataSource: first.dataSource,
    schema,
    writePath: createWritePath(first, clock, randomBytes),
    anotherWritePath: async () => {
      const another = await open();
      opened.push(another);
      return createWritePath(another, clock, randomBytes);
    },
    anotherDatabase: open,
    drop: async () => {
      for (const database of opened) await database.close();
      await drop();
    },
  };
}
