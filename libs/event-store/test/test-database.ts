import { randomUUID } from 'node:crypto';
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
  const url = process.env['TEST_POSTGRES_URL'];
  if (url === undefined) throw new Error('TEST_POSTGRES_URL is not set');
  const name = `event_store_${randomUUID().replaceAll('-', '')}`;
  await asOwner(url, `create database ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  const owner = new pg.Pool({ connectionString: own.href, max: 40 });
  const app = new pg.Pool({ connectionString: own.href, max: 40, options: `-c role=${ROLE}` });
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
      await asOwner(url, `drop database ${name} with (force)`);
    },
  };
}

async function asOwner(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(text).finally(() => client.end());
}
