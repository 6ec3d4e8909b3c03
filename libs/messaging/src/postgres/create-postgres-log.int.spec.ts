import { afterAll, beforeAll } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@leasehold/testing';
import pg from 'pg';
import { messagingFeatures } from '../messaging.features.js';
import { createPostgresLog } from './create-postgres-log.js';
import { eventLogMigrationSql } from './event-log-migration.js';
import { housekeep } from './housekeeping.js';

let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 10 });
  await pool.query(eventLogMigrationSql());
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const TABLES = ['log_record', 'log_partition', 'log_topic', 'log_member', 'log_lease', 'log_group', 'log_group_offset'];

messagingFeatures('PostgreSQL', async () => {
  await pool.query(`TRUNCATE ${TABLES.map((table) => `event_log.${table}`).join(', ')}`);
  return {
    open: (instanceId) =>
      createPostgresLog({ pool, instanceId, heartbeatMs: 30, pollMs: 10, onError: () => undefined }),
    housekeep: () => housekeep(pool, { compactAfterRecords: 1, tombstoneMs: 0 }),
    expireMembers: async (group) => {
      await pool.query(`UPDATE event_log.log_member SET expires_at = '-infinity' WHERE group_name = $1`, [group]);
    },
    close: () => Promise.resolve(),
  };
});
