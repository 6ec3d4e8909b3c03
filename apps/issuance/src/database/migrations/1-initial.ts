import { eventStoreSql, rowWriterSql } from '@leasehold/event-store';
import { consumerMigrationSql } from '@leasehold/messaging';
import { idempotencyMigrationSql, schemaOf } from '@leasehold/runtime';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { managementTablesSql } from '../management-tables.js';
import { TABLES } from '../tables.js';

const SCHEMA = schemaOf('issuance');

/** The event store, and the tables that are written with it. */
export class Initial1700000000001 implements MigrationInterface {
  readonly name = 'Initial1700000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(eventStoreSql({ schema: SCHEMA, role: SCHEMA }));
    await runner.query(managementTablesSql(SCHEMA));
    await runner.query(idempotencyMigrationSql());
    await runner.query(consumerMigrationSql());
    await runner.query(rowWriterSql({ schema: SCHEMA, tables: Object.values(TABLES) }));
  }

  down(): Promise<void> {
    return Promise.reject(new Error('The event store is never taken away; restore a backup instead.'));
  }
}
