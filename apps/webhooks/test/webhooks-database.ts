import { createLogger, migrateAll, openDatabase, schemaOf } from '@leasehold/runtime';
import { createTestDatabase } from '@leasehold/testing';
import type { Pool } from 'pg';
import { webhooks } from '../src/app.module.js';
import { ENTITIES } from '../src/database/entities.js';
import { MIGRATIONS } from '../src/database/migrations/migrations.js';

/** A migrated database without a service on it. */
export interface WebhooksDatabase {
  /** In the application role. */
  readonly pool: Pool;
  /** Adds an endpoint; what is not told is that of a new, enabled one. */
  endpoint(id: string, columns?: Readonly<Record<string, unknown>>): Promise<void>;
  /** Adds so many deliveries that are due, oldest first: `<endpoint>-1`, `<endpoint>-2`, … */
  due(endpointId: string, count: number, now: number): Promise<void>;
  clear(): Promise<void>;
  drop(): Promise<void>;
}

export async function webhooksDatabase(): Promise<WebhooksDatabase> {
  const logger = createLogger({ level: 'silent', service: 'webhooks' });
  const { url, drop } = await createTestDatabase();
  await migrateAll([webhooks], () => url, logger);
  const schema = schemaOf('webhooks');
  const parts = { entities: ENTITIES, migrations: MIGRATIONS, logger, poolSize: 10 };
  const database = await openDatabase({ url, schema, role: schema, ...parts });
  const { pool } = database;
  return {
    pool,
    endpoint: async (id, columns = {}) => {
      const at = new Date(0);
      const row: Record<string, unknown> = {
        id,
        tenant_id: 'ten_a',
        url: 'https://example.com/',
        event_types: ['*'],
        status: 'enabled',
        secret: 'sealed',
        served_at: at,
        created_at: at,
        updated_at: at,
        ...columns,
      };
      const names = Object.keys(row);
      await pool.query(
        `insert into endpoint (${names.join(', ')}) values (${names.map((_, n) => `$${n + 1}`).join(', ')})`,
        Object.values(row),
      );
    },
    due: async (endpointId, count, now) => {
      await pool.query(
        `insert into event (id, tenant_id, type, body, created_at)
         select $1 || '-' || n, 'ten_a', 'webhook.test', '{}', $3 from generate_series(1, $2) n`,
        [endpointId, count, new Date(now)],
      );
      await pool.query(
        `insert into delivery (id, tenant_id, event_id, event_type, endpoint_id, state, due_at, created_at)
         select $1 || '-' || n, 'ten_a', $1 || '-' || n, 'webhook.test', $1, 'pending',
           $3::timestamptz - make_interval(secs => $2 - n), $3
         from generate_series(1, $2) n`,
        [endpointId, count, new Date(now)],
      );
    },
    clear: async () => {
      await pool.query('delete from endpoint');
      await pool.query('delete from event');
    },
    drop: async () => {
      await database.close();
      await drop();
    },
  };
}
