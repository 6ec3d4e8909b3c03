import { eventLogGrantSql, eventLogMigrationSql } from '@leasehold/messaging';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { schemaOf } from './database-names.js';
import type { MigratedSchema } from './migrate-all.js';

class CreateEventLog1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(eventLogMigrationSql());
    await runner.query(eventLogGrantSql(schemaOf('log')));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP SCHEMA event_log CASCADE');
  }
}

/** The event log in PostgreSQL, as `migrateAll` sees it. */
export const LOG_SCHEMA: MigratedSchema = { name: 'log', migrations: [CreateEventLog1764000000000] };
