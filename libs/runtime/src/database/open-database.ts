import type { Type } from '@nestjs/common';
import type { Logger } from 'pino';
import { DataSource, type MigrationInterface } from 'typeorm';
import type { Database } from '../service/service-definition.js';
import { connectionSettings } from './connection-settings.js';
import { openPool } from './open-pool.js';
import { requireSchema } from './require-schema.js';
import { tellOfBroken } from './tell-of-broken.js';

export interface DatabaseOptions {
  readonly url: string;
  readonly schema: string;
  readonly role: string;
  readonly entities: readonly Type[];
  readonly migrations: readonly (new () => MigrationInterface)[];
  readonly logger: Logger;
  /** Most connections of the `pg` pool; TypeORM has five of its own. */
  readonly poolSize?: number;
}

export interface OpenDatabase extends Database {
  /** Closes both pools; waits for the statements under way. */
  close(): Promise<void>;
}

const DATA_SOURCE_POOL_SIZE = 5;

/**
 * Opens the database of one service under its application role.
 *
 * @throws StartFailure when the schema is not the one these migrations make.
 */
export async function openDatabase(options: DatabaseOptions): Promise<OpenDatabase> {
  const { url, schema, role, logger } = options;
  const pool = openPool({ url, schema, role, logger, max: options.poolSize ?? 10 });
  try {
    await requireSchema(pool, schema, options.migrations);
    const dataSource = await openDataSource(options, () => pool.ending);
    return {
      pool,
      dataSource,
      schema,
      close: async () => {
        await Promise.all([pool.end(), dataSource.destroy()]);
      },
    };
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/** @param isEnding whether the database is being closed */
function openDataSource(
  { url, schema, role, entities, logger }: DatabaseOptions,
  isEnding: () => boolean,
): Promise<DataSource> {
  const { connectionString, ...extra } = connectionSettings({ url, schema, role });
  const dataSource = new DataSource({
    type: 'postgres',
    url: connectionString,
    schema,
    entities: [...entities],
    synchronize: false,
    migrationsRun: false,
    installExtensions: false,
    logging: false,
    poolErrorHandler: tellOfBroken(logger, isEnding),
    extra: { ...extra, max: DATA_SOURCE_POOL_SIZE },
  });
  return dataSource.initialize();
}
