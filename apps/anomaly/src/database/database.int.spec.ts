import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AnomalyDatabase, anomalyDatabase } from '../../test/anomaly-database.js';
import { ENTITIES } from './entities.js';

let database: AnomalyDatabase;
beforeAll(async () => {
  database = await anomalyDatabase();
});
afterAll(() => database.drop());

describe('the entities that lists read', () => {
  it('have columns of their tables, none of which may be null', async () => {
    for (const entity of database.dataSource.entityMetadatas) {
      const { rows } = await database.pool.query<{ name: string; needed: boolean }>(
        `select attname as name, attnotnull as needed from pg_attribute
         where attrelid = $1::regclass and attnum > 0 and not attisdropped`,
        [entity.tableName],
      );
      const seen = entity.columns.map(({ databaseName, isNullable }) => ({ name: databaseName, needed: !isNullable }));
      expect(rows).toEqual(expect.arrayContaining(seen));
    }
    expect(database.dataSource.entityMetadatas).toHaveLength(ENTITIES.length);
  });
});

describe('lists', () => {
  it.each([
    ['finding_last_seen', `tenant_id = 't' and (last_seen_at, id) < (now(), 'x') order by last_seen_at desc, id desc`],
    ['finding_of_license', `license_id = 'l' order by last_seen_at desc, id desc`],
  ])('read the index %s instead of sorting', async (index, condition) => {
    const client = await database.pool.connect();
    try {
      await client.query('set enable_seqscan = off; set enable_bitmapscan = off; set enable_sort = off');
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `explain select * from finding where ${condition} limit 20`,
      );
      expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain(`using ${index}`);
    } finally {
      client.release(true);
    }
  });
});

describe('the findings of a license', () => {
  it('can be one at a time for each rule that nobody has resolved', async () => {
    const insert = (id: string, generation: number, status: string) =>
      database.pool.query(
        `insert into finding values ($1, 't', 'p', 'l', 'domain_mismatch', $2, 'info', $3, 1, null, null, now(), now(), now(), '{}')`,
        [id, generation, status],
      );
    await insert('1', 1, 'resolved');
    await insert('2', 2, 'muted');
    await expect(insert('3', 3, 'open')).rejects.toThrow('finding_present');
  });
});
