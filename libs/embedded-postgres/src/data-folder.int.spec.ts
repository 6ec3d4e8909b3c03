import { afterAll, afterEach, beforeAll, describe, expect, it, test } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { type Server, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { postgresBinary } from './binaries.js';
import { claimFolder } from './claim-folder.js';
import { ensureCluster } from './create-cluster.js';
import { freePort } from './free-port.js';
import { launchOver } from './launcher.js';
import { readPostmaster, removePostmasterFile } from './postmaster-file.js';
import { clusterFolder } from './start-postgres.js';
import { stopLeftovers } from './stop-leftovers.js';

/** What is done to a data folder before there is a server; no PostgreSQL runs here. */

let base: string;
let folders = 0;
const newFolder = (): string => {
  const folder = join(base, `folder-${String(++folders)}`);
  mkdirSync(folder);
  return folder;
};
const children: ChildProcess[] = [];

beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'data-folder-')));
});

afterEach(() => {
  children.splice(0).forEach((child) => child.kill('SIGKILL'));
});

afterAll(() => {
  rmSync(base, { recursive: true, force: true });
});

describe('the file in which a server says who it is', () => {
  const said = (text: string): ReturnType<typeof readPostmaster> => {
    const folder = newFolder();
    writeFileSync(join(folder, 'postmaster.pid'), text);
    return readPostmaster(folder);
  };

  test.each([
    [
      'ready',
      '4711\n/data\n1767225600\n5433\n\n127.0.0.1\n  123 0\nready   \n',
      { pid: 4711, port: 5433, ready: true },
    ],
    [
      'starting',
      '4711\n/data\n1767225600\n5433\n\n127.0.0.1\n  123 0\nstarting\n',
      { pid: 4711, port: 5433, ready: false },
    ],
    [
      'stopping',
      '4711\n/data\n1767225600\n5433\n\n127.0.0.1\n  123 0\nstopping\n',
      { pid: 4711, port: 5433, ready: false },
    ],
    ['not yet', '4711\n/data\n1767225600\n5433\n', { pid: 4711, port: 5433, ready: false }],
  ])('says that it is %s', (_what, text, postmaster) => {
    expect(said(text)).toEqual(postmaster);
  });

  it('that is half written names no server that is ready', () => {
    expect(said('')).toMatchObject({ ready: false });
    expect(said('47')).toMatchObject({ pid: 47, ready: false });
  });

  it('that is not there says nothing, and can be removed all the same', () => {
    const folder = newFolder();
    expect(readPostmaster(folder)).toBeUndefined();
    expect(() => removePostmasterFile(folder)).not.toThrow();
    expect(readPostmaster(join(folder, 'nowhere'))).toBeUndefined();
  });
});

describe('the name of a data folder', () => {
  it('is one, whatever way leads to it, so that two ways cannot claim it twice', () => {
    const real = newFolder();
    const link = join(base, 'link');
    symlinkSync(real, link);
    const name = join(real, 'postgres');
    expect(clusterFolder(join(link, 'postgres'))).toBe(name);
    expect(clusterFolder(`${real}/./x/../postgres/`)).toBe(name);
    expect(clusterFolder(relative(process.cwd(), name))).toBe(name);
  });

  it('stands in a folder that is made for it, and is itself left to the creation of the cluster', () => {
    const dir = join(newFolder(), 'a', 'b', 'postgres');
    expect(clusterFolder(dir)).toBe(dir);
    expect(existsSync(join(dir, '..'))).toBe(true);
    expect(existsSync(dir)).toBe(false);
  });
});

describe('the claim on a data folder', () => {
  it('is one at a time, and free again once it was given back', async () => {
    const folder = newFolder();
    const first = await claimFolder(folder);
    expect(first).toBeDefined();
    expect(await claimFolder(folder)).toBeUndefined();
    await first?.release();
    const second = await claimFolder(folder);
    expect(second).toBeDefined();
    await second?.release();
  });

  it('does not reach the folder beside it', async () => {
    const claims = [await claimFolder(newFolder()), await claimFolder(newFolder())];
    expect(claims).not.toContain(undefined);
    for (const claim of claims) await claim?.release();
  });

  it('goes to one of many who ask at once', async () => {
    const folder = newFolder();
    const claims = await Promise.all(Array.from({ length: 20 }, () => claimFolder(folder)));
    const won = claims.filter((claim) => claim !== undefined);
    expect(won).toHaveLength(1);
    for (const claim of won) await claim.release();
  });

  it('leaves nothing in the folder', async () => {
    const folder = newFolder();
    const claim = await claimFolder(folder);
    expect(readdirSync(folder)).toEqual([]);
    await claim?.release();
  });
});

describe('a cluster', () => {
  test.each([
    ['17', 'wrong_major'],
    ['19', 'wrong_major'],
    ['1', 'wrong_major'],
    ['18.1', 'wrong_major'],
    ['', 'wrong_major'],
  ])('of version %j is refused with %s', async (version, code) => {
    const folder = newFolder();
    writeFileSync(join(folder, 'PG_VERSION'), `${version}\n`);
    await expect(ensureCluster(folder, { volatile: true })).rejects.toMatchObject({ code });
  });

  it('of our version is taken as it is, and closed to others', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'PG_VERSION'), '18\n');
    await ensureCluster(folder, { volatile: true });
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(existsSync(join(folder, 'global'))).toBe(false);
  });

  it('that has no place to stand is told of in the same way', async () => {
    const file = join(newFolder(), 'file');
    writeFileSync(file, '');
    await expect(ensureCluster(join(file, 'postgres'), { volatile: true })).rejects.toMatchObject({
      code: 'create_failed',
      cause: { code: 'ENOTDIR' },
    });
  });

  it('that cannot be created says where, keeps the reason, and leaves no half of one', async () => {
    const parent = newFolder();
    const folder = join(parent, 'postgres');
    // the rename at the end must not replace what came in between
    const creating = ensureCluster(folder, { volatile: true });
    mkdirSync(folder);
    writeFileSync(join(folder, 'letter.txt'), 'dear');
    await expect(creating).rejects.toMatchObject({
      code: 'create_failed',
      message: `The PostgreSQL cluster in ${folder} could not be created.`,
      cause: { code: 'ENOTEMPTY' },
    });
    expect(existsSync(join(folder, 'PG_VERSION'))).toBe(false);
    expect(existsSync(join(folder, 'letter.txt'))).toBe(true);
  });
});

describe('what a killed owner left', () => {
  const resident = async (folder: string, command: string): Promise<ChildProcess> => {
    const child = spawn('sh', ['-c', `${command}; echo up; while :; do sleep 0.05; done`], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    children.push(child);
    await once(child.stdout, 'data');
    return child;
  };
  const claimToBe = (folder: string, pid: number | undefined): void => {
    writeFileSync(join(folder, 'postmaster.pid'), `${String(pid)}\n${folder}\n0\n1\n\n127.0.0.1\n\nready\n`);
  };

  it('is nothing where there is no file, and nobody is asked to go', async () => {
    const folder = newFolder();
    const child = await resident(folder, 'true');
    await stopLeftovers(folder);
    expect(child.exitCode ?? child.signalCode).toBeNull();
  });

  it('is asked to end by the signal for a fast shutdown, waited for, and its file removed', async () => {
    const folder = newFolder();
    const child = await resident(folder, "trap 'echo asked; exit 7' INT");
    claimToBe(folder, child.pid);
    const gone = once(child, 'exit');
    await stopLeftovers(folder);
    expect(await gone).toEqual([7, null]);
    expect(existsSync(join(folder, 'postmaster.pid'))).toBe(false);
  });

  it('is not a program elsewhere that has got its number: that one lives on', async () => {
    const folder = newFolder();
    const stranger = await resident(newFolder(), 'true');
    claimToBe(folder, stranger.pid);
    await stopLeftovers(folder);
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    expect(existsSync(join(folder, 'postmaster.pid'))).toBe(false);
  });
});

describe('how a program is started', () => {
  it('knows nothing of the caller: no locale, zone or PG variable reaches it', () => {
    const { options } = launchOver(newFolder(), '/bin/true', ['-x']);
    expect(options).toMatchObject({ cwd: '/', env: { LC_ALL: 'C', TZ: 'UTC' } });
    expect(Object.keys(options.env).sort()).toEqual(['LC_ALL', 'PATH', 'TZ']);
  });

  it('ends with its arguments in their order, whatever is put in front', () => {
    const { command, args } = launchOver(newFolder(), '/bin/echo', ['-D', 'a b', '']);
    expect([command, ...args].slice(-4)).toEqual(['/bin/echo', '-D', 'a b', '']);
  });

  test.each(['initdb', 'postgres'] as const)('finds the program %s for this machine', (name) => {
    const path = postgresBinary(name);
    expect(path.endsWith(`/native/bin/${name}`)).toBe(true);
    expect(statSync(path).mode & 0o111).toBe(0o111);
  });
});

it('a free port can be listened on, and two are not asked for to be the same', async () => {
  const port = await freePort();
  expect(port).toBeGreaterThan(0);
  const server: Server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  expect(await freePort()).not.toBe(port);
  server.close();
  await once(server, 'close');
});
