import { consumerMigrationSql, outboxMigrationSql, sequenceMigrationSql } from '@leasehold/messaging';
import { idempotencyMigrationSql } from '@leasehold/runtime';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { usageTablesSql } from '../usage-tables.js';

export class Initial1700000000001 implements MigrationInterface {
  readonly name = 'Initial1700000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(consumerMigrationSql());
    await runner.query(sequenceMigrationSql());
    await runner.query(outboxMigrationSql());
    await runner.query(idempotencyMigrationSql());
    await runner.query(usageTablesSql);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('What was counted is never taken away; restore a backup instead.'));
  }
}
