import type { Logger } from 'pino';
import type { MigrationInterface } from 'typeorm';
import type { SchemaOwner } from './database-names.js';

/** What can be migrated: each ServiceDefinition, and the event log. */
export interface MigratedSchema {
  readonly name: SchemaOwner;
  readonly migrations: readonly (new () => MigrationInterface)[];
}

/** Owner's connection URL of each schema. */
export type OwnerUrls = (owner: SchemaOwner) => string;

/** Makes schemas and roles and runs all migrations that have not run, under an advisory lock per database. */
export function migrateAll(schemas: readonly MigratedSchema[], ownerUrls: OwnerUrls, logger: Logger): Promise<void> {
  return Promise.reject(new Error(`not yet ${schemas.length} ${ownerUrls('log')} ${logger.level}`));
}
