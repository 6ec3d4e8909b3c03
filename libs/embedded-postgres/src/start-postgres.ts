import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { postgresBinary } from './binaries.js';
import { type FolderClaim, claimFolder } from './claim-folder.js';
import { ensureCluster } from './create-cluster.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { freePort } from './free-port.js';
import { launchOver } from './launcher.js';
import { readPostmaster } from './postmaster-file.js';
import { serverSettings } from './server-settings.js';
import { stopLeftovers } from './stop-leftovers.js';

const PORT_ATTEMPTS = 5;
const STOP_GRACE_MS = 8_000;

export interface PostgresOptions {
  /** The cluster's folder, created on first use; the folder above it is made too. */
  readonly dir: string;
  /** TCP port on 127.0.0.1; a free one when absent. */
  readonly port?: number;
  /** Gives up durability for speed: for tests, whose data nobody misses. */
  readonly volatile?: boolean;
  /** Further `postgresql.conf` settings; they win over ours. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

export interface EmbeddedPostgres {
  readonly port: number;
  /** Process id of the postmaster. */
  readonly pid: number;
  /** True when another process owns the server and `stop` leaves it alone. */
  readonly joined: boolean;
  /** Owner's connection URL, of the database `postgres` when none is named. */
  url(database?: string): string;
  /** Resolves when the server process ended, wanted or not; of a joined server it never does. */
  readonly exited: Promise<void>;
  /** Shuts down cleanly (connections are cut, data is kept) and resolves when the process is gone. */
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL of a data folder: creates the cluster on first use, stops a server that a killed owner left, and
 * lets PostgreSQL recover. The server ends with this process, also by kill -9 (Linux).
 *
 * @throws EmbeddedPostgresError `folder_in_use` while another live process owns the folder; `wrong_major` and
 * `foreign_folder` when it is not ours to open; `no_binaries`, `create_failed`, `start_failed` when PostgreSQL fails.
 * @example const postgres = await startPostgres({ dir: '.leasehold/postgres' });
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const folder = clusterFolder(options.dir);
  const claim = await claimFolder(folder);
  if (!claim) throw new EmbeddedPostgresError('folder_in_use', `Another process runs the PostgreSQL of ${folder}.`);
  return await startClaimed(folder, claim, options);
}

/** One name for one folder, whatever links or relative paths led to it: the claim and the leftovers go by name. */
export function clusterFolder(dir: string): string {
  const absolute = resolve(dir);
  mkdirSync(dirname(absolute), { recursive: true });
  return join(realpathSync(dirname(absolute)), basename(absolute));
}

/** Starts the server of a folder that this process has claimed; gives the claim back when that fails. */
export async function startClaimed(
  folder: string,
  claim: FolderClaim,
  options: PostgresOptions,
): Promise<EmbeddedPostgres> {
  try {
    await ensureCluster(folder, { volatile: options.volatile ?? false });
    await stopLeftovers(folder);
    return await startOnSomePort(folder, claim, options);
  } catch (error) {
    await claim.release();
    throw error;
  }
}

async function startOnSomePort(
  folder: string,
  claim: FolderClaim,
  options: PostgresOptions,
): Promise<EmbeddedPostgres> {
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort());
    const { child, exited } = spawnServer(folder, port, options);
    if (await becameReady(folder, child, exited)) return handle(port, child, exited, claim);
    const log = readFileSync(logFile(folder), 'utf8');
    const portTaken = log.includes('could not bind');
    if (portTaken && options.port === undefined && attempt < PORT_ATTEMPTS) continue;
    const reason = portTaken ? `port ${port} is in use` : `see ${logFile(folder)}`;
    throw new EmbeddedPostgresError('start_failed', `PostgreSQL did not start: ${reason}.`, { cause: log });
  }
}

interface Spawned {
  readonly child: ChildProcess;
  readonly exited: Promise<void>;
}

function spawnServer(folder: string, port: number, options: PostgresOptions): Spawned {
  const settings = serverSettings(port, options.volatile ?? false, options.settings);
  const launch = launchOver(folder, postgresBinary('postgres'), ['-D', folder, ...settings]);
  // a file and not a pipe: a server that outlives its reader would block on a full one
  const log = openSync(logFile(folder), 'w', 0o600);
  // detached: Ctrl+C in a terminal must reach us only, who stop the database last
  const child = spawn(launch.command, launch.args, { ...launch.options, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  const exited = new Promise<void>((done) => {
    child.once('exit', () => done());
    child.once('error', () => done());
  });
  return { child, exited };
}

/** Polls the server's own status file, which it writes under the pid of the child we started. */
async function becameReady(folder: string, child: ChildProcess, exited: Promise<void>): Promise<boolean> {
  let gone = false;
  void exited.then(() => (gone = true));
  for (;;) {
    if (gone) return false;
    const postmaster = readPostmaster(folder);
    if (postmaster?.ready && postmaster.pid === child.pid) return true;
    await sleep(10);
  }
}

function handle(port: number, child: ChildProcess, exited: Promise<void>, claim: FolderClaim): EmbeddedPostgres {
  const ended = exited.then(() => claim.release());
  return {
    port,
    pid: child.pid ?? 0,
    joined: false,
    url: (database) => postgresUrl(port, database),
    exited: ended,
    stop: async () => {
      child.kill('SIGINT');
      const force = setTimeout(() => child.kill('SIGQUIT'), STOP_GRACE_MS);
      await ended;
      clearTimeout(force);
    },
  };
}

export function postgresUrl(port: number, database = 'postgres'): string {
  return `postgres://postgres@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}

function logFile(folder: string): string {
  return join(folder, 'server.log');
}
