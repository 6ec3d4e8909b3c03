import { DatabaseError, type Pool } from 'pg';
import type { MigrationInterface } from 'typeorm';
import { StartFailure } from '../service/start-failure.js';

type Migrations = readonly (new () => MigrationInterface)[];

/** SQLSTATEs of a database that `migrate` never saw: no such role at connection time, table, schema, or right. */
const NEVER_MIGRATED = ['22023', '42P01', '3F000', '42501'];

/**
 * A service runs on the schema that its own migrations make, on no older and no newer one.
 *
 * @throws StartFailure with the sentence that says which it is.
 */
export async function requireSchema(pool: Pool, schema: string, migrations: Migrations): Promise<void> {
  const applied = new Set(await appliedMigrations(pool, schema));
  const known = migrations.map(nameOf);
  const missing = known.filter((name) => !applied.has(name));
  if (missing.length > 0) {
    throw new StartFailure(`Schema ${schema} is older than this version of Leasehold: run \`npm run migrate\`.`);
  }
  if (applied.size > known.length) {
    throw new StartFailure(
      `Schema ${schema} was migrated by a newer version of Leasehold: start that version, or restore a backup.`,
    );
  }
}

async function appliedMigrations(pool: Pool, schema: string): Promise<string[]> {
  try {
    const { rows } = await pool.query<{ name: string }>(`SELECT name FROM ${schema}.migrations`);
    return rows.map((row) => row.name);
  } catch (error) {
    if (error instanceof DatabaseError && NEVER_MIGRATED.includes(error.code ?? '')) {
      throw new StartFailure(`Schema ${schema} is not ready for this user: run \`npm run migrate\`.`, { cause: error });
    }
    throw error;
  }
}

/** The name under which TypeORM records a migration. */
function nameOf(migration: new () => MigrationInterface): string {
  return new migration().name ?? migration.name;
}
