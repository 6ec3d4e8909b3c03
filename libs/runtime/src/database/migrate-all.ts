import { Client, DatabaseError } from 'pg';
import type { Logger } from 'pino';
import { DataSource, type MigrationInterface } from 'typeorm';
import { connectionSettings } from './connection-settings.js';
import { type SchemaOwner, schemaOf } from './database-names.js';
import { StartFailure } from '../service/start-failure.js';
import { ensureSchema } from './ensure-schema.js';
import { waitForDatabase } from './wait-for-database.js';

/** What can be migrated: each ServiceDefinition, and the event log. */
export interface MigratedSchema {
  readonly name: SchemaOwner;
  readonly migrations: readonly (new () => MigrationInterface)[];
}

/** Owner's connection URL of each schema. */
export type OwnerUrls = (owner: SchemaOwner) => string;

/** SQLSTATE insufficient_privilege. */
const NOT_ALLOWED = '42501';

/** Any number that nothing else in the database locks by. */
const MIGRATION_LOCK = 4_915_730_261;

/**
 * Makes schemas and roles and runs all migrations that have not run, one schema after the other. Two callers at once
 * are fine: an advisory lock lets one of them find nothing left to do.
 *
 * @throws StartFailure when a URL is not an owner's
 */
export async function migrateAll(
  schemas: readonly MigratedSchema[],
  ownerUrls: OwnerUrls,
  logger: Logger,
): Promise<void> {
  for (const schema of schemas) await migrateOne(schema, ownerUrls(schema.name), logger);
}

async function migrateOne({ name, migrations }: MigratedSchema, url: string, logger: Logger): Promise<void> {
  await waitForDatabase(url);
  const schema = schemaOf(name);
  const owner = new Client(connectionSettings({ url, schema }));
  owner.on('error', () => undefined); // reported by the query that waits on it
  await owner.connect();
  try {
    await owner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await ensureSchema(owner, schema);
    const applied = await runMigrations(url, schema, migrations);
    if (applied.length > 0) logger.info({ schema, migrations: applied }, 'schema migrated');
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== NOT_ALLOWED) throw error;
    throw new StartFailure(`Schema ${schema} cannot be migrated by this user: ${error.message}. Use an owner's URL.`, {
      cause: error,
    });
  } finally {
    await owner.end(); // and with it the lock
  }
}

/** Runs as the owner, so that the application role does not own the tables. */
async function runMigrations(
  url: string,
  schema: string,
  migrations: MigratedSchema['migrations'],
): Promise<readonly string[]> {
  const { connectionString, ...extra } = connectionSettings({ url, schema });
  const dataSource = await new DataSource({
    type: 'postgres',
    url: connectionString,
    schema,
    migrations: [...migrations],
    installExtensions: false,
    logging: false,
    extra: { ...extra, max: 2 },
  }).initialize();
  try {
    return (await dataSource.runMigrations({ transaction: 'each' })).map((migration) => migration.name);
  } finally {
    await dataSource.destroy();
  }
}
