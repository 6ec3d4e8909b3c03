import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildService, startChild } from '@leasehold/testing';
import { TINY_MAIN } from '../../test/child-fixture.js';
import { type ScratchDatabases, openScratchDatabases } from '../../test/scratch-database.js';

const MIGRATE = join(import.meta.dirname, '../../test/migrate-main.ts');

let databases: ScratchDatabases;
let service: ChildService | undefined;
const dataDir = mkdtempSync(join(tmpdir(), 'leasehold-'));

beforeAll(async () => {
  databases = await openScratchDatabases();
});
afterEach(async () => {
  service?.process.kill('SIGKILL');
  await service?.exited;
});
afterAll(async () => {
  await databases.dropAll();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('npm run migrate', () => {
  it("makes schemas and roles with an owner's URL, so that a plain login can run the service", async () => {
    const url = await databases.make();
    const login = `login_${randomBytes(4).toString('hex')}`;
    await databases.owner.query(`CREATE ROLE ${login} LOGIN`);
    const migrate = startChild(MIGRATE, { LEASEHOLD_DATABASE_URL: url, LEASEHOLD_MIGRATE_GRANT_TO: login });
    expect([await migrate.exited, migrate.stderr()]).toEqual([0, 'Migrated: log, anomaly.\n']);

    const plain = Object.assign(new URL(url), { username: login }).href;
    service = startChild(TINY_MAIN, {
      LEASEHOLD_DATABASE_URL: plain,
      LEASEHOLD_PORT: '0',
      LEASEHOLD_DATA_DIR: dataDir,
    });
    expect((await fetch(`${await service.ready}/readyz`)).status).toBe(200);
    expect((await fetch(`${await service.ready}/v1/tiny/x`, { method: 'POST' })).status).toBe(200);
    service.process.kill('SIGTERM');
    expect(await service.exited).toBe(0);
    await databases.owner.query(`DROP OWNED BY ${login}`);
    await databases.owner.query(`DROP ROLE ${login}`);
  }, 30_000);

  it('says that its URL is not an owner, leaves nothing half made, and ends with 1', async () => {
    const url = new URL(await databases.make());
    const login = `login_${randomBytes(4).toString('hex')}`;
    await databases.owner.query(`CREATE ROLE ${login} LOGIN`);
    url.username = login;
    const migrate = startChild(MIGRATE, { LEASEHOLD_DATABASE_URL: url.href });
    expect(await migrate.exited).toBe(1);
    expect(migrate.stderr()).toMatch(
      /^Schema leasehold_log cannot be migrated by this user: permission denied [^\n]*\. Use an owner's URL\.\n$/,
    );
    await databases.owner.query(`DROP ROLE ${login}`);
  });

  it('grants to logins whose names need quotes', async () => {
    const url = await databases.make();
    const login = `Login "${randomBytes(4).toString('hex')}"; --`;
    const quoted = databases.owner.escapeIdentifier(login);
    await databases.owner.query(`CREATE ROLE ${quoted} LOGIN`);
    const migrate = startChild(MIGRATE, { LEASEHOLD_DATABASE_URL: url, LEASEHOLD_MIGRATE_GRANT_TO: login });
    expect([await migrate.exited, migrate.stderr()]).toEqual([0, 'Migrated: log, anomaly.\n']);
    const { rows } = await databases.owner.query('SELECT pg_has_role($1, $2, $3) AS may', [
      login,
      'leasehold_anomaly',
      'SET',
    ]);
    expect(rows).toEqual([{ may: true }]);
    await databases.owner.query(`DROP OWNED BY ${quoted}`);
    await databases.owner.query(`DROP ROLE ${quoted}`);
  });

  it('says which login does not exist, and ends with 1', async () => {
    const migrate = startChild(MIGRATE, {
      LEASEHOLD_DATABASE_URL: await databases.make(),
      LEASEHOLD_MIGRATE_GRANT_TO: 'nobody_of_this_name',
    });
    expect(await migrate.exited).toBe(1);
    expect(migrate.stderr()).toBe(
      'The services cannot log in as LEASEHOLD_MIGRATE_GRANT_TO says: role "nobody_of_this_name" does not exist.\n',
    );
  });

  it('says which database it would need, and ends with 1', async () => {
    const migrate = startChild(MIGRATE, {});
    expect(await migrate.exited).toBe(1);
    expect(migrate.stderr()).toContain('There is no database to migrate for log, anomaly: set LEASEHOLD_DATABASE_URL');
  });

  it('names settings it cannot use, its own among them', async () => {
    const migrate = startChild(MIGRATE, { LEASEHOLD_DATABASE_URL: 'mysql://x', LEASEHOLD_PORT: '-1' });
    expect(await migrate.exited).toBe(1);
    expect(migrate.stderr()).toContain('  - LEASEHOLD_DATABASE_URL must be');
    expect(migrate.stderr()).toContain('  - LEASEHOLD_PORT must be');
  });
});
