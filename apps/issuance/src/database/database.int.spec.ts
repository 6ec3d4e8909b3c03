import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type IssuanceDatabase, issuanceDatabase } from '../../test/issuance-database.js';
import { ENTITIES } from './entities.js';
import { TABLES } from './tables.js';

let database: IssuanceDatabase;
beforeAll(async () => {
  database = await issuanceDatabase();
});
afterAll(() => database.drop());

interface Column {
  readonly name: string;
  readonly needed: boolean;
}
const columnsOf = async (table: string): Promise<Column[]> =>
  (
    await database.pool.query<Column>(
      `select attname as name, attnotnull as needed from pg_attribute
       where attrelid = $1::regclass and attnum > 0 and not attisdropped`,
      [table],
    )
  ).rows;

describe('the tables that appends write', () => {
  it.each(Object.values(TABLES).map((table) => [table.name, table] as const))(
    '%s has the columns and the key that its rows name',
    async (name, table) => {
      const columns = await columnsOf(name);
      expect(columns.map((column) => column.name).sort()).toEqual([...table.columns].sort());
      // an upsert and an update find their row by a unique index over these very columns, or by one over the first
      const { rows } = await database.pool.query<{ key: string[] }>(
        `select array_agg(a.attname::text) as key from pg_index i
         join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
         where i.indrelid = $1::regclass and i.indisprimary group by i.indexrelid`,
        [name],
      );
      const [primary] = rows;
      expect(table.key).toEqual(expect.arrayContaining(primary?.key ?? ['a primary key']));
    },
  );

  it.each(['tenant', 'api_key', 'product', 'plan', 'signing_key', 'license', 'license_domain', 'license_private'])(
    '%s cannot be written past them',
    async (table) => {
      const { rows } = await database.pool.query<{ may: boolean }>(
        `select has_table_privilege($1, 'insert, update, delete, truncate') as may`,
        [table],
      );
      expect(rows).toEqual([{ may: false }]);
    },
  );

  it.each(['deadline', 'idempotency', 'bootstrap'])('%s can be claimed by the service', async (table) => {
    const { rows } = await database.pool.query<{ may: boolean }>(`select has_table_privilege($1, 'update') as may`, [
      table,
    ]);
    expect(rows).toEqual([{ may: true }]);
  });
});

describe('the entities that lists read', () => {
  it('have the columns of their tables, nullable where those are', async () => {
    for (const entity of database.dataSource.entityMetadatas) {
      const columns = await columnsOf(entity.tableName);
      const seen = entity.columns.map(({ databaseName, isNullable }) => ({ name: databaseName, needed: !isNullable }));
      expect([entity.tableName, columns]).toEqual([entity.tableName, expect.arrayContaining(seen)]);
    }
    expect(database.dataSource.entityMetadatas).toHaveLength(ENTITIES.length);
  });
});

describe('lists', () => {
  it.each([
    ['product', `select * from product where tenant_id = 't' and (created_at, id) < (now(), 'x')`],
    ['plan', `select * from plan where tenant_id = 't'`],
    ['api_key', `select * from api_key where tenant_id = 't'`],
    ['license', `select * from license where tenant_id = 't' and (created_at, id) < (now(), 'x')`],
    ['license', `select * from license where tenant_id = 't' and customer_reference = 'c'`],
    ['license', `select * from license where plan_id = 'p'`],
  ])('of %s read an index in its order instead of sorting', async (table, query) => {
    const client = await database.pool.connect();
    try {
      await client.query('set enable_seqscan = off; set enable_bitmapscan = off');
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `explain ${query} order by created_at desc, id desc limit 20`,
      );
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).toContain(`Index Scan using ${table}_`);
      expect(plan).not.toContain('Sort');
    } finally {
      client.release(true);
    }
  });
});
