import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedPostgres, type PostgresOptions, joinOrStartPostgres, startPostgres } from './index.js';

let base: string;
const running: EmbeddedPostgres[] = [];
const owners: ChildProcess[] = [];

/** Every test has a copy of one cluster: creating one takes most of a second. */
let template: string;
let copies = 0;
const copyOfCluster = (): string => {
  const dir = join(base, `copy-${++copies}`);
  cpSync(template, dir, { recursive: true });
  return dir;
};

const start = async (options: PostgresOptions): Promise<EmbeddedPostgres> => {
  const postgres = await startPostgres({ volatile: true, ...options });
  running.push(postgres);
  return postgres;
};

const isRunning = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

const until = async (condition: () => boolean): Promise<void> => {
  for (const deadline = Date.now() + 10_000; !condition(); await sleep(10)) {
    if (Date.now() > deadline) throw new Error('waited 10 s in vain');
  }
};

/** Another Node process that owns the server of `dir` until it is killed. */
const ownerProcess = async (dir: string): Promise<{ owner: ChildProcess; postgresPid: number }> => {
  const main = resolve(import.meta.dirname, '../../../test/postgres/embedded-postgres.mjs');
  const script = `
    const { startPostgres } = await import(${JSON.stringify(main)});
    const { pid } = await startPostgres({ dir: ${JSON.stringify(dir)}, volatile: true });
    process.stdout.write(String(pid));
    setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  owners.push(owner);
  const said = await new Promise<string>((done, fail) => {
    owner.stdout.once('data', (data: Buffer) => done(String(data)));
    owner.once('exit', () => fail(new Error('the owner ended early')));
  });
  return { owner, postgresPid: Number(said) };
};

const killAndWait = async (child: ChildProcess): Promise<void> => {
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGKILL');
  await gone;
};

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'embedded-postgres-'));
  template = join(base, 'template');
  const postgres = await startPostgres({ dir: template, volatile: true });
  await postgres.stop();
});

afterEach(async () => {
  owners.splice(0).forEach((owner) => owner.kill('SIGKILL'));
  await Promise.all(running.splice(0).map((postgres) => postgres.stop()));
});

afterAll(() => {
  rmSync(base, { recursive: true, force: true });
});

describe('startPostgres', () => {
  it('keeps the cluster from one start to the next, on a port that differs if it must', async () => {
    const dir = copyOfCluster();
    const first = await start({ dir });
    expect(first.url('x')).toBe(`postgres://postgres@127.0.0.1:${first.port}/x`);
    expect(readFileSync(join(dir, 'postmaster.pid'), 'utf8')).toContain(String(first.pid));
    await first.stop();
    expect(isRunning(first.pid)).toBe(false);
    const second = await start({ dir });
    expect(second.joined).toBe(false);
    expect(isRunning(second.pid)).toBe(true);
  });

  it('says so when the server ends unasked', async () => {
    const postgres = await start({ dir: copyOfCluster() });
    process.kill(postgres.pid, 'SIGKILL');
    await postgres.exited;
    expect(isRunning(postgres.pid)).toBe(false);
  });

  it('ends with its process, also when that is killed, and the next start recovers', async () => {
    const dir = copyOfCluster();
    const { owner, postgresPid } = await ownerProcess(dir);
    await killAndWait(owner);
    await until(() => !isRunning(postgresPid));
    expect(isRunning((await start({ dir })).pid)).toBe(true);
  });

  it('recovers from a server that was itself killed and left its pid file', async () => {
    const dir = copyOfCluster();
    const { owner, postgresPid } = await ownerProcess(dir);
    process.kill(postgresPid, 'SIGKILL');
    await killAndWait(owner);
    expect(existsSync(join(dir, 'postmaster.pid'))).toBe(true);
    expect(isRunning((await start({ dir })).pid)).toBe(true);
  });

  it('opens a folder whose mode was lost on the way', async () => {
    const dir = copyOfCluster();
    chmodSync(dir, 0o755);
    expect(isRunning((await start({ dir })).pid)).toBe(true);
  });

  it('is not held up by a pid file whose number now belongs to another program', async () => {
    const dir = copyOfCluster();
    writeFileSync(join(dir, 'postmaster.pid'), `${process.pid}\n${dir}\n0\n1\n\n127.0.0.1\n\nready\n`);
    await start({ dir });
    expect(isRunning(process.pid)).toBe(true);
  });

  it('creates the cluster anew when an earlier creation was interrupted', async () => {
    const dir = join(base, 'interrupted');
    mkdirSync(`${dir}.creating/base`, { recursive: true });
    writeFileSync(`${dir}.creating/PG_VERSION`, '18\n');
    await start({ dir });
    expect(existsSync(`${dir}.creating`)).toBe(false);
  });

  it('refuses the folder of another PostgreSQL major with one sentence and touches nothing', async () => {
    const dir = join(base, 'older');
    mkdirSync(dir);
    writeFileSync(join(dir, 'PG_VERSION'), '17\n');
    await expect(start({ dir })).rejects.toMatchObject({
      code: 'wrong_major',
      message: `${dir} was written by PostgreSQL 17, and this version of Leasehold runs PostgreSQL 18.`,
    });
    expect(readFileSync(join(dir, 'PG_VERSION'), 'utf8')).toBe('17\n');
  });

  it('refuses a folder with other files and touches nothing', async () => {
    const dir = join(base, 'foreign');
    mkdirSync(dir);
    writeFileSync(join(dir, 'letter.txt'), 'dear');
    await expect(start({ dir })).rejects.toMatchObject({ code: 'foreign_folder' });
    expect(readFileSync(join(dir, 'letter.txt'), 'utf8')).toBe('dear');
  });

  it('names the port when the wanted one is in use, and frees the folder', async () => {
    const dir = copyOfCluster();
    const other: Server = createServer();
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
    const { port } = other.address() as { port: number };
    const refused: unknown = await start({ dir, port }).catch((error: unknown) => error);
    await new Promise((done) => other.close(done));
    expect(refused).toMatchObject({
      code: 'start_failed',
      message: `PostgreSQL did not start: port ${port} is in use.`,
    });
    expect((await start({ dir, port })).port).toBe(port);
  });

  it('points to the log when PostgreSQL refuses a setting', async () => {
    const dir = copyOfCluster();
    await expect(start({ dir, settings: { no_such_setting: 1 } })).rejects.toMatchObject({
      code: 'start_failed',
      message: expect.stringContaining('server.log'),
      cause: expect.stringContaining('no_such_setting'),
    });
  });
});

describe('joinOrStartPostgres', () => {
  it('starts one server for many who come at once: the first owns it, the others join', async () => {
    const dir = copyOfCluster();
    const all = await Promise.all([1, 2, 3].map(() => joinOrStartPostgres({ dir, volatile: true })));
    running.push(...all);
    expect(new Set(all.map(({ pid }) => pid)).size).toBe(1);
    const [owner, joined] = all.sort((a, b) => Number(a.joined) - Number(b.joined));
    await joined?.stop();
    expect(isRunning(owner?.pid ?? 0)).toBe(true);
    expect(joined?.url()).toBe(owner?.url());
  });

  it('joins the server of another live process, whose folder nobody else may start', async () => {
    const dir = copyOfCluster();
    const { postgresPid } = await ownerProcess(dir);
    await expect(start({ dir })).rejects.toMatchObject({ code: 'folder_in_use' });
    expect(await joinOrStartPostgres({ dir })).toMatchObject({ pid: postgresPid, joined: true });
  });

  it('starts a server itself once the owner was killed', async () => {
    const dir = copyOfCluster();
    const { owner, postgresPid } = await ownerProcess(dir);
    await killAndWait(owner);
    const next = await joinOrStartPostgres({ dir, volatile: true });
    running.push(next);
    expect(next.joined).toBe(false);
    expect(next.pid).not.toBe(postgresPid);
  });
});
