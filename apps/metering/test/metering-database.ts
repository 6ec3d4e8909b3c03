import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { decodeEvent, type IncomingEvent, type LicenseState, type ValidationBatch } from '@leasehold/contracts';
import { inTransaction } from '@leasehold/messaging';
import { createLogger, migrateAll, openDatabase, schemaOf } from '@leasehold/runtime';
import { createTestDatabase } from '@leasehold/testing';
import { Client, type ClientBase, type Pool } from 'pg';
import { countValidations } from '../src/counting/count-validations.js';
import { MIGRATIONS } from '../src/database/migrations/migrations.js';
import { changeContexts } from '../src/licenses/change-contexts.js';
import type { CountedBatch } from '../src/metering-metrics.js';
import type { Teller } from '../src/telling/teller.js';
import { tellDueBalances } from '../src/telling/tell-due-balances.js';
import { T0 } from './licenses.js';

export interface StoredUsage {
  readonly license: string;
  readonly meter: string;
  readonly start: string;
  readonly quantity: number;
}

/** Metering's database, and what its consumers do with it, each call a transaction of its own. */
export interface MeteringDatabase {
  readonly url: string;
  /** In the application role. */
  readonly pool: Pool;
  readonly teller: Teller;
  now: number;
  heard(...licenses: readonly LicenseState[]): Promise<void>;
  counted(...batches: readonly ValidationBatch[]): Promise<CountedBatch>;
  tellDue(): Promise<void>;
  /** Ends the connection from outside, as an administrator or a crash would. */
  kill(transaction: ClientBase): Promise<void>;
  inTransaction<T>(work: (transaction: ClientBase) => Promise<T>): Promise<T>;
  buckets(): Promise<readonly StoredUsage[]>;
  periods(): Promise<readonly StoredUsage[]>;
  /** What was left in the outbox since the last look, oldest first. */
  told(): Promise<readonly IncomingEvent[]>;
}

const TABLES = [
  'license_context',
  'usage_bucket',
  'usage_period',
  'unplaced_usage',
  'balance',
  'posted_event',
  'outbox',
  'producer_sequence',
];
const logger = createLogger({ level: 'silent', service: 'metering' });

/** For a suite; empty, at T0, before each test. */
export function meteringDatabase(): MeteringDatabase {
  let opened: Awaited<ReturnType<typeof openDatabase>>;
  let testDatabase: Awaited<ReturnType<typeof createTestDatabase>>;
  const database: MeteringDatabase = {
    now: T0,
    get url() {
      return testDatabase.url;
    },
    get pool() {
      return opened.pool;
    },
    teller: { clock: { now: () => database.now }, random: randomBytes },
    kill: async (transaction) => {
      const { rows } = await transaction.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const owner = new Client({ connectionString: testDatabase.url });
      await owner.connect();
      await owner.query('SELECT pg_terminate_backend($1, 5000)', [rows[0]?.pid]);
      await owner.end();
    },
    inTransaction: (work) => inTransaction(opened.pool, work),
    heard: (...licenses) =>
      database.inTransaction((transaction) => changeContexts(transaction, licenses, database.teller)),
    counted: (...batches) =>
      database.inTransaction((transaction) =>
        countValidations(transaction, batches[0]?.partition ?? 0, batches, database.teller),
      ),
    tellDue: () => tellDueBalances(opened.pool, database.teller),
    buckets: () => storedIn(opened.pool, 'usage_bucket'),
    periods: () => storedIn(opened.pool, 'usage_period'),
    told: async () => {
      const { rows } = await opened.pool.query<Parameters<typeof decodeEvent>[0] & { readonly id: string }>(
        'WITH taken AS (DELETE FROM outbox RETURNING *) SELECT id, key, headers, value FROM taken ORDER BY id',
      );
      return rows.map((row) => {
        const decoded = decodeEvent(row);
        if ('unreadable' in decoded) throw new Error(decoded.unreadable);
        return decoded.event;
      });
    },
  };
  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    await migrateAll([{ name: 'metering', migrations: MIGRATIONS }], () => testDatabase.url, logger);
    const schema = schemaOf('metering');
    opened = await openDatabase({
      url: testDatabase.url,
      schema,
      role: schema,
      entities: [],
      migrations: MIGRATIONS,
      logger,
      poolSize: 8,
    });
  });
  beforeEach(async () => {
    database.now = T0;
    for (const table of TABLES) await opened.pool.query(`DELETE FROM ${table}`);
  });
  afterAll(async () => {
    await opened.close();
    await testDatabase.drop();
  });
  return database;
}

async function storedIn(pool: Pool, table: 'usage_bucket' | 'usage_period'): Promise<StoredUsage[]> {
  const { rows } = await pool.query<{ license_id: string; meter: string; starts_at: Date; quantity: string }>(
    `SELECT license_id, meter, starts_at, quantity FROM ${table} ORDER BY license_id, meter, starts_at`,
  );
  return rows.map((row) => ({
    license: row.license_id,
    meter: row.meter,
    start: row.starts_at.toISOString(),
    quantity: Number(row.quantity),
  }));
}
