import { consumerMigrationSql, outboxMigrationSql, sequenceMigrationSql } from '@leasehold/messaging';
import { idempotencyMigrationSql } from '@leasehold/runtime';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { anomalyTablesSql } from '../tables.js';

/** Findings, what the rules remember, and what consuming and telling need. */
export class Initial1700000000001 implements MigrationInterface {
  readonly name = 'Initial1700000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(anomalyTablesSql());
    await runner.query(idempotencyMigrationSql());
    await runner.query(consumerMigrationSql());
    await runner.query(sequenceMigrationSql());
    await runner.query(outboxMigrationSql());
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Findings are never taken away; restore a backup instead.'));
  }
}
