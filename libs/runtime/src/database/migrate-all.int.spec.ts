import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { until } from '../../test/child-fixture.js';
import { type ScratchDatabases, openScratchDatabases } from '../../test/scratch-database.js';
import { migrateAll } from './migrate-all.js';
import { type DatabaseOptions, openDatabase } from './open-database.js';

class Notes1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE note (id serial PRIMARY KEY, text text NOT NULL)');
    await runner.query('CREATE TABLE fact (text text NOT NULL)');
    await runner.query('REVOKE UPDATE, DELETE ON fact FROM leasehold_metering');
  }
  async down(): Promise<void> {}
}

class Broken1700000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE half ()');
    await runner.query('SELECT no_such_thing');
  }
  async down(): Promise<void> {}
}

class Colors1700000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE note ADD color text');
  }
  async down(): Promise<void> {}
}

const logger = pino({ level: 'silent' });
let databases: ScratchDatabases;

const metering = (url: string, migrations: DatabaseOptions['migrations']): DatabaseOptions => ({
  url,
  schema: 'leasehold_metering',
  role: 'leasehold_metering',
  entities: [],
  migrations,
  logger,
});

beforeAll(async () => {
  databases = await openScratchDatabases();
});
afterAll(() => databases.dropAll());

describe('migrateAll', () => {
  let url: string;
  beforeEach(async () => {
    url = await databases.make();
    await migrateAll([{ name: 'metering', migrations: [Notes1700000000001] }], () => url, logger);
  });

  it('lets a service work in its own schema under its own role, whoever logs in', async () => {
    const database = await openDatabase(metering(url, [Notes1700000000001]));
    const { rows } = await database.pool.query('SELECT current_user AS "user", current_schema() AS schema');
    expect(rows).toEqual([{ user: 'leasehold_metering', schema: 'leasehold_metering' }]);
    await database.pool.query("INSERT INTO note (text) VALUES ('one')");
    expect(await database.dataSource.query('SELECT current_user AS "user", text FROM note')).toEqual([
      { user: 'leasehold_metering', text: 'one' },
    ]);
    await database.close();
  });

  it('keeps from a role what a migration took away from it', async () => {
    const database = await openDatabase(metering(url, [Notes1700000000001]));
    await database.pool.query("INSERT INTO fact VALUES ('kept')");
    await expect(database.pool.query('UPDATE fact SET text = $1', ['x'])).rejects.toThrow('permission denied');
    await expect(database.pool.query('DELETE FROM fact')).rejects.toThrow('permission denied');
    await expect(database.pool.query('DROP TABLE note')).rejects.toThrow('must be owner');
    await expect(database.pool.query('CREATE TABLE other ()')).rejects.toThrow('permission denied');
    await database.close();
  });

  it("never shows a service another service's tables", async () => {
    await migrateAll([{ name: 'anomaly', migrations: [] }], () => url, logger);
    const database = await openDatabase({
      ...metering(url, []),
      schema: 'leasehold_anomaly',
      role: 'leasehold_anomaly',
    });
    await expect(database.pool.query('SELECT * FROM leasehold_metering.note')).rejects.toThrow('permission denied');
    await database.close();
  });

  it('runs what is new and nothing twice', async () => {
    const both = [{ name: 'metering' as const, migrations: [Notes1700000000001, Colors1700000000002] }];
    await migrateAll(both, () => url, logger);
    await migrateAll(both, () => url, logger);
    const database = await openDatabase(metering(url, [Notes1700000000001, Colors1700000000002]));
    expect((await database.pool.query('SELECT name FROM migrations ORDER BY id')).rows).toEqual([
      { name: 'Notes1700000000001' },
      { name: 'Colors1700000000002' },
    ]);
    await database.close();
  });

  it('is safe to run from several processes and for several databases of one server at once', async () => {
    const other = await databases.make();
    const schemas = ['issuance', 'validation', 'webhooks'] as const;
    const all = schemas.map((name) => ({ name, migrations: [] }));
    await Promise.all([url, other, url, other].map((target) => migrateAll(all, () => target, logger)));
    const database = await openDatabase(metering(url, [Notes1700000000001]));
    await database.close();
  });

  it('migrates for an owner who is no superuser', async () => {
    const login = `owner_${randomBytes(4).toString('hex')}`;
    await databases.owner.query(`CREATE ROLE ${login} LOGIN CREATEROLE`);
    const plain = new URL(await databases.make());
    await databases.owner.query(`ALTER DATABASE ${plain.pathname.slice(1)} OWNER TO ${login}`);
    for (const role of ['leasehold_metering'])
      await databases.owner.query(`GRANT ${role} TO ${login} WITH ADMIN OPTION`);
    plain.username = login;
    await migrateAll([{ name: 'metering', migrations: [] }], () => plain.href, logger);
    const database = await openDatabase(metering(plain.href, []));
    expect((await database.pool.query('SELECT current_user AS "user"')).rows).toEqual([{ user: 'leasehold_metering' }]);
    await database.close();
  });

  it('undoes the migration that failed, keeps those before it, and lets the next one in', async () => {
    const broken = [
      { name: 'metering' as const, migrations: [Notes1700000000001, Colors1700000000002, Broken1700000000003] },
    ];
    await expect(migrateAll(broken, () => url, logger)).rejects.toThrow('no_such_thing');
    const both = [Notes1700000000001, Colors1700000000002];
    await migrateAll([{ name: 'metering', migrations: both }], () => url, logger);
    const database = await openDatabase(metering(url, both));
    const { rows } = await database.pool.query(
      "SELECT to_regclass('half') AS half, to_regclass('note') IS NULL AS lost",
    );
    expect(rows).toEqual([{ half: null, lost: false }]);
    await database.close();
  });

  it('says in its log what it has run, and nothing where there was nothing to do', async () => {
    const lines: unknown[] = [];
    const told = pino({}, { write: (line: string) => lines.push(JSON.parse(line)) });
    const both = [{ name: 'metering' as const, migrations: [Notes1700000000001, Colors1700000000002] }];
    await migrateAll(both, () => url, told);
    await migrateAll(both, () => url, told);
    expect(lines).toEqual([
      expect.objectContaining({
        schema: 'leasehold_metering',
        migrations: ['Colors1700000000002'],
        msg: 'schema migrated',
      }),
    ]);
  });

  it('migrates each schema where its owner is told to be', async () => {
    const other = await databases.make();
    await migrateAll(
      [
        { name: 'anomaly', migrations: [] },
        { name: 'webhooks', migrations: [] },
      ],
      (owner) => (owner === 'webhooks' ? other : url),
      logger,
    );
    const open = (at: string, schema: string) => openDatabase({ ...metering(at, []), schema, role: schema });
    for (const [at, schema] of [
      [url, 'leasehold_anomaly'],
      [other, 'leasehold_webhooks'],
    ] as const) {
      await (await open(at, schema)).close();
    }
    await expect(open(other, 'leasehold_anomaly')).rejects.toThrow(
      'Schema leasehold_anomaly is not ready for this user',
    );
  });

  it('makes a service refuse a login that may not take its role', async () => {
    const login = `stranger_${randomBytes(4).toString('hex')}`;
    await databases.owner.query(`CREATE ROLE ${login} LOGIN`);
    const strange = Object.assign(new URL(url), { username: login }).href;
    await expect(openDatabase(metering(strange, [Notes1700000000001]))).rejects.toThrow(
      'Schema leasehold_metering is not ready for this user',
    );
    await databases.owner.query(`DROP ROLE ${login}`);
  });

  it('goes on when the server cuts connections that nobody uses, and tells of it', async () => {
    const lines: string[] = [];
    const told = pino({}, { write: (line: string) => lines.push(line) });
    const database = await openDatabase({ ...metering(url, [Notes1700000000001]), logger: told });
    await database.pool.query('SELECT 1');
    const { rowCount } = await databases.owner.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND application_name = 'leasehold-metering'`,
      [new URL(url).pathname.slice(1)],
    );
    expect(rowCount).toBeGreaterThan(0);
    const broke = () => lines.filter((line) => line.includes('an idle database connection broke'));
    await until(() => broke().length === rowCount);
    for (const line of broke()) {
      const { code, reason, level, time, pid, hostname, msg, ...rest } = JSON.parse(line) as Record<string, unknown>;
      expect([code, reason, level, msg, rest]).toEqual([
        '57P01',
        'terminating connection due to administrator command',
        40,
        'an idle database connection broke',
        {},
      ]);
      expect([time, pid, hostname]).not.toContain(undefined);
    }
    expect((await database.pool.query('SELECT current_schema() AS schema')).rows).toEqual([
      { schema: 'leasehold_metering' },
    ]);
    expect(await database.dataSource.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await database.close();
  });

  it('makes a service refuse a schema that is older than its own migrations', async () => {
    await expect(openDatabase(metering(url, [Notes1700000000001, Colors1700000000002]))).rejects.toThrow(
      'Schema leasehold_metering is older than this version of Leasehold: run `npm run migrate`.',
    );
  });

  it('makes a service refuse a schema that is newer than its own migrations', async () => {
    await expect(openDatabase(metering(url, []))).rejects.toThrow(
      'Schema leasehold_metering was migrated by a newer version of Leasehold: start that version, or restore a backup.',
    );
  });

  it('makes a service refuse a database that was never migrated', async () => {
    await expect(openDatabase(metering(await databases.make(), []))).rejects.toThrow(
      'Schema leasehold_metering is not ready for this user: run `npm run migrate`.',
    );
  });
});
