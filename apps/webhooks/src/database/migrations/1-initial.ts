import { consumerMigrationSql, outboxMigrationSql } from '@leasehold/messaging';
import { idempotencyMigrationSql } from '@leasehold/runtime';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { webhookTablesSql } from '../tables.js';

/** Endpoints, events, deliveries, and what consuming and telling need. */
export class Initial1700000000001 implements MigrationInterface {
  readonly name = 'Initial1700000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(webhookTablesSql());
    await runner.query(idempotencyMigrationSql());
    await runner.query(consumerMigrationSql());
    await runner.query(outboxMigrationSql());
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Endpoints and deliveries are never taken away; restore a backup instead.'));
  }
}
