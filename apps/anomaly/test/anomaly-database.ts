import { decodeEvent, EVENTS, isEvent, type ValidationBatch } from '@leasehold/contracts';
import { fenced, type RecordBatch } from '@leasehold/messaging';
import { createLogger, migrateAll, openDatabase, schemaOf } from '@leasehold/runtime';
import { createTestDatabase } from '@leasehold/testing';
import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import { ENTITIES } from '../src/database/entities.js';
import { MIGRATIONS } from '../src/database/migrations/migrations.js';
import { type Detected, detect } from '../src/detection/detect.js';

export interface AnomalyDatabase {
  /** Owner's URL. */
  readonly url: string;
  /** In the application role. */
  readonly pool: Pool;
  readonly dataSource: DataSource;
  /** Detects as the consumer does, with the offset; `undefined` for what was handled before. */
  consume(batch: RecordBatch, beforeCommit?: (transaction: PoolClient) => Promise<void>): Promise<Detected | undefined>;
  /** Everything that detection has written, in a fixed order. */
  written(): Promise<{ readonly findings: unknown[]; readonly states: unknown[]; readonly told: unknown[] }>;
  /** Forgets everything. */
  clear(): Promise<void>;
  drop(): Promise<void>;
}

/** A migrated database of the service's own, without the service. */
export async function anomalyDatabase(): Promise<AnomalyDatabase> {
  const logger = createLogger({ level: 'silent', service: 'anomaly' });
  const { url, drop } = await createTestDatabase();
  await migrateAll([{ name: 'anomaly', migrations: MIGRATIONS }], () => url, logger);
  const schema = schemaOf('anomaly');
  const database = await openDatabase({
    url,
    schema,
    role: schema,
    entities: ENTITIES,
    migrations: MIGRATIONS,
    logger,
    poolSize: 5,
  });
  const { pool, dataSource } = database;
  const rows = async (query: string): Promise<unknown[]> => (await pool.query<object>(query)).rows;
  return {
    url,
    pool,
    dataSource,
    consume: async (batch, beforeCommit = () => Promise.resolve()) => {
      const result = await fenced(pool, batch, 'anomaly', async (transaction, records) => {
        const detected = await detect(transaction, batch.partition, records.map(batchIn));
        await beforeCommit(transaction);
        return detected;
      });
      return 'done' in result ? result.done : undefined;
    },
    written: async () => ({
      findings: await rows('select * from finding order by id'),
      states: await rows('select * from license_observed order by license_id'),
      told: await rows(
        `select topic, partition, key, headers, convert_from(value, 'utf8') as value from outbox order by id`,
      ),
    }),
    clear: async () => {
      for (const table of ['finding', 'license_observed', 'outbox', 'consumer_offset', 'producer_sequence']) {
        await pool.query(`delete from ${table}`);
      }
    },
    drop: async () => {
      await database.close();
      await drop();
    },
  };
}

function batchIn(record: RecordBatch['records'][number]): ValidationBatch {
  const decoded = decodeEvent(record);
  if ('unreadable' in decoded) throw new Error(decoded.unreadable);
  if (!isEvent(decoded.event, EVENTS.validationBatch) || decoded.event.data === undefined) throw new Error('no batch');
  return decoded.event.data;
}
