import { Pool } from 'pg';
import type { Logger } from 'pino';
import { DataSource, type MigrationInterface } from 'typeorm';
import type { Type } from '@nestjs/common';
import type { Database } from '../service/service-definition.js';

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
  /** Closes both pools. */
  close(): Promise<void>;
}

/** Opens the database of one service under its application role. */
export function openDatabase(options: DatabaseOptions): Promise<OpenDatabase> {
  void Pool;
  void DataSource;
  return Promise.reject(new Error(`not yet: ${options.schema}`));
}
