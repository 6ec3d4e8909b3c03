import { createTestDatabase as createDatabase } from '@leasehold/testing';
import pg from 'pg';
import { createEventStore, eventStoreSql, rowWriterSql, type EventStore, type Upcasters } from '../src/index.js';

const ROLE = 'event_store_spec_app';

export interface TestDatabase {
  /** Connections of the owner. */
  readonly owner: pg.Pool;
  /** Connections in the application role. */
  readonly app: pg.Pool;
  store(upcasters?: Upcasters): EventStore;
  drop(): Promise<void>;
}

/** A database of its own in the test cluster, with a store in the schema `store` and two management tables. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { url, drop } = await createDatabase();
  const owner = new pg.Pool({ connectionString: url, max: 40 });
  const app = new pg.Pool({ connectionString: url, max: 40, options: `-c role=${ROLE}` });
  for (const pool of [owner, app]) pool.on('error', () => undefined); // tests end connections by force
  await owner.query(`
    do $$ begin
      create role ${ROLE} nologin;
    exception when duplicate_object or unique_violation then null;
    end $$;
    create schema store;
    ${eventStoreSql({ schema: 'store', role: ROLE })}
    create table store.license (id text primary key, tenant_id text not null, status text, seats integer);
    create table store.slug (slug text constraint slug_taken primary key);
    ${rowWriterSql({
      schema: 'store',
      tables: [
        { name: 'license', key: ['id'], columns: ['id', 'tenant_id', 'status', 'seats'] },
        { name: 'slug', key: ['slug'], columns: ['slug'] },
      ],
    })}
    grant select on store.license, store.slug to ${ROLE};`);
  return {
    owner,
    app,
    store: (upcasters = {}) => createEventStore({ pool: app, schema: 'store', upcasters }),
    async drop() {
      await Promise.all([app.end(), owner.end()]);
      await drop();
    },
  };
}
