import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { pino } from 'pino';
import { childFixture, until } from '../../test/child-fixture.js';
import { type ScratchDatabases, openScratchDatabases } from '../../test/scratch-database.js';
import { tinyService } from '../../test/tiny-service.js';
import { LOG_SCHEMA } from '../database/log-schema.js';
import { migrateAll } from '../database/migrate-all.js';

// each test starts processes, and on a busy machine a start takes seconds
jest.setTimeout(30_000);

const fixture = childFixture();
const { start } = fixture;
let databases: ScratchDatabases;
let databaseUrl: string;

const external = (): Record<string, string> => ({ LEASEHOLD_DATABASE_URL: databaseUrl });

beforeAll(async () => {
  databases = await openScratchDatabases();
  databaseUrl = await databases.make();
  await migrateAll([tinyService(), LOG_SCHEMA], () => databaseUrl, pino({ level: 'silent' }));
});
afterAll(() => databases.dropAll());

describe('the process of a service', () => {
  it('fails none of 200 requests in flight when it is told to stop, and ends with 0', async () => {
    const child = start(external());
    const url = await child.ready;
    const answers = Array.from({ length: 200 }, () => fetch(`${url}/v1/tiny/slow`).then(({ status }) => status));
    await until(async () => /^tiny_waiting\{.*\} 200$/m.test(await (await fetch(`${url}/metrics`)).text()));
    child.process.kill('SIGTERM');
    expect(await Promise.all(answers)).toEqual(answers.map(() => 200));
    expect(await child.exited).toBe(0);
  });

  it('ends with 1 when something was thrown that nobody caught, and leaves a line that says what', async () => {
    const child = start(external());
    await fetch(`${await child.ready}/v1/tiny/crash`, { method: 'POST' }).catch(() => 'cut');
    expect(await child.exited).toBe(1);
    expect(child.stdout()).toMatch(/"level":"fatal".*nobody catches this/);
  });

  it('ends at once at a second signal', async () => {
    const child = start(external());
    const stuck = fetch(`${await child.ready}/v1/tiny/slow`).catch(() => 'cut');
    await until(async () => /^tiny_waiting\{.*\} 1$/m.test(await (await fetch(`${await child.ready}/metrics`)).text()));
    child.process.kill('SIGINT');
    await until(() => child.stdout().includes('"stopping"'));
    child.process.kill('SIGINT');
    expect(await child.exited).toBe(1);
    expect(await stuck).toBe('cut');
  });

  it('names every setting that cannot be used, at once, and ends with 1', async () => {
    const child = start({
      LEASEHOLD_PORT: '99999',
      LEASEHOLD_LOG_LEVEL: 'loud',
      LEASEHOLD_DATABASE_URL: 'mysql://u:hush@h/d',
      LEASEHOLD_PUBLIC_URL: 'https://x.example/?tenant=1',
    });
    expect(await child.exited).toBe(1);
    expect(child.stderr()).toBe(
      [
        'The settings cannot be used:',
        '  - LEASEHOLD_PORT must be a whole number from 0 to 65535.',
        '  - LEASEHOLD_DATABASE_URL must be: postgres or postgresql URL.',
        '  - LEASEHOLD_PUBLIC_URL must be a http or https URL without query and fragment.',
        '  - LEASEHOLD_LOG_LEVEL must be one of debug, info, warn, error, silent.',
        '',
      ].join('\n'),
    );
  });

  it('only checks the settings with --validate-config: no database is asked', async () => {
    const unreachable = { LEASEHOLD_DATABASE_URL: 'postgres://u@127.0.0.1:1/none' };
    expect(await start(unreachable, ['--validate-config']).exited).toBe(0);
    expect(await start({ ...unreachable, LEASEHOLD_PORT: 'x' }, ['--validate-config']).exited).toBe(1);
  });

  it('warns of variables that nothing reads, and goes on', async () => {
    const child = start({ ...external(), LEASEHOLD_PROT: 'hush' });
    await child.ready;
    expect(child.stdout()).toMatch(/"level":"warn".*"variables":\["LEASEHOLD_PROT"\].*are not read/);
    expect(child.stdout()).not.toContain('hush');
    const checked = start({ LEASEHOLD_PROT: '1', LEASEHOLD_TINY_GREETINGS: 'hi' }, ['--validate-config']);
    expect(await checked.exited).toBe(0);
    expect(checked.stderr()).toBe(
      [
        'The settings can be used.',
        '  - LEASEHOLD_PROT is not read: check how it is spelled.',
        '  - LEASEHOLD_TINY_GREETINGS is not read: check how it is spelled.',
        '',
      ].join('\n'),
    );
  });

  it('reads the URL of its database from a file, and shows it nowhere', async () => {
    const file = join(fixture.dataDir(), 'database-url');
    writeFileSync(file, `${databaseUrl}\n`);
    const child = start({ LEASEHOLD_DATABASE_URL_FILE: file });
    expect((await fetch(`${await child.ready}/readyz`)).status).toBe(200);
    expect(child.stdout()).toContain('"LEASEHOLD_DATABASE_URL":"***"');
    expect(child.stdout() + child.stderr()).not.toContain(databaseUrl);
    const gone = start({ LEASEHOLD_DATABASE_URL_FILE: `${file}.gone` });
    expect(await gone.exited).toBe(1);
    expect(gone.stderr()).toContain(`LEASEHOLD_DATABASE_URL_FILE names a file that cannot be read: ${file}.gone.`);
  });

  it('says that a port is in use, and ends with 1', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as AddressInfo;
    const child = start({ ...external(), LEASEHOLD_PORT: String(port) });
    expect(await child.exited).toBe(1);
    expect(child.stderr()).toBe(
      `Port ${port} is in use: stop what listens there, or set LEASEHOLD_PORT to another port.\n`,
    );
    taken.close();
  });

  it('says that a database is not there, without its password, and ends with 1', async () => {
    const child = start({ LEASEHOLD_DATABASE_URL: 'postgres://user:hush@127.0.0.1:1/none' });
    expect(await child.exited).toBe(1);
    expect(child.stderr()).toBe(
      'The database at 127.0.0.1:1/none cannot be reached: connect ECONNREFUSED 127.0.0.1:1.\n',
    );
    expect(child.stdout()).not.toContain('hush');
  });

  it('says that a database was never migrated, and ends with 1', async () => {
    const child = start({ LEASEHOLD_DATABASE_URL: await databases.make() });
    expect(await child.exited).toBe(1);
    expect(child.stderr()).toBe('Schema leasehold_log is not ready for this user: run `npm run migrate`.\n');
  });

  it('finds its own database and that of the log where the settings put them', async () => {
    const [own, log] = [await databases.make(), await databases.make()];
    await migrateAll([tinyService(), LOG_SCHEMA], (name) => (name === 'log' ? log : own), pino({ level: 'silent' }));
    const child = start({
      LEASEHOLD_DATABASE_URL: 'postgres://u@127.0.0.1:1/nobody-goes-there',
      LEASEHOLD_ANOMALY_DATABASE_URL: own,
      LEASEHOLD_LOG_DATABASE_URL: log,
    });
    expect((await fetch(`${await child.ready}/v1/tiny/word`, { method: 'POST' })).status).toBe(200);
  });

  it('refuses a data folder of a newer format or another PostgreSQL, and leaves it as it is', async () => {
    for (const [format, sentence] of [
      [{ format: 2, postgresMajor: 18 }, 'was written by a newer version of Leasehold (format 2, this one knows 1)'],
      [{ format: 1, postgresMajor: 17 }, 'holds data of PostgreSQL 17, and this version runs PostgreSQL 18'],
    ] as const) {
      writeFileSync(join(fixture.dataDir(), 'format.json'), JSON.stringify(format));
      const child = start(external());
      expect(await child.exited).toBe(1);
      expect(child.stderr()).toContain(sentence);
      expect(child.stderr().trim().split('\n')).toHaveLength(1);
      expect(JSON.parse(readFileSync(join(fixture.dataDir(), 'format.json'), 'utf8'))).toEqual(format);
    }
  });

  it('refuses Kafka brokers, which this version cannot use, instead of going on without them', async () => {
    const child = start({ ...external(), LEASEHOLD_KAFKA_BROKERS: 'localhost:9092' });
    expect(await child.exited).toBe(1);
    expect(child.stderr()).toContain('LEASEHOLD_KAFKA_BROKERS is set, but this version has no Kafka driver yet');
  });

  it('logs JSON lines, the settings masked', async () => {
    const child = start({ ...external(), LEASEHOLD_TINY_GREETING: 'hi' });
    await child.ready;
    const lines = child
      .stdout()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines[0]).toMatchObject({
      level: 'info',
      service: 'anomaly',
      msg: 'starting',
      settings: { LEASEHOLD_DATABASE_URL: '***', LEASEHOLD_TINY_GREETING: 'hi' },
    });
    expect(lines.at(-1)).toMatchObject({ msg: 'ready' });
  });
});
