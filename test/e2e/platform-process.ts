import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceName } from '@leasehold/contracts';
import { freePort, waitFor } from '@leasehold/testing';

/** What the first start writes for its owner. */
export interface FirstKeys {
  readonly tenantId: string;
  readonly secretKey: string;
  readonly publishableKey: string;
  readonly operatorKey: string;
  readonly apiUrl: string;
}

/** A process of the built product, as an operator runs it. */
export interface PlatformProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** Its log, and what it wrote for people, so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Exit code, or the signal's name. */
  readonly exited: Promise<number | string | null>;
  /** Resolves when `/readyz` says 200. */
  ready(): Promise<void>;
  /** Ends it as a crash would, and waits until it is gone. */
  kill9(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | string | null>;
}

/** A data folder with the processes that were started on it. */
export interface DataFolder {
  readonly path: string;
  readonly port: number;
  readonly keys: () => FirstKeys;
  /** Starts a process on the folder's port (or another) and does not wait for it. */
  spawn(options?: StartOptions): PlatformProcess;
  /** Starts the platform and waits until it is ready. */
  start(options?: StartOptions): Promise<PlatformProcess>;
  /** Ends what still runs, and removes the folder. */
  remove(): Promise<void>;
}

export interface StartOptions {
  readonly app?: ServiceName | 'platform';
  readonly port?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

export const ROOT = join(import.meta.dirname, '../..');

const START_LIMIT_MS = 60_000;
const ENDED_PROCESS = 'ESRCH';

/** Webhooks may go to receivers of the tests. */
const OPEN_TO_TESTS = { LEASEHOLD_WEBHOOK_ALLOW_CIDRS: '127.0.0.0/8', LEASEHOLD_WEBHOOK_ALLOW_HTTP: 'true' };

/** A new data folder, with a port that nobody uses. */
export async function openDataFolder(): Promise<DataFolder> {
  const path = mkdtempSync(join(tmpdir(), 'leasehold-e2e-'));
  const port = await freePort();
  const started: PlatformProcess[] = [];
  const start = (options: StartOptions = {}): PlatformProcess => {
    const one = startProcess(path, { port, ...options });
    started.push(one);
    return one;
  };
  return {
    path,
    port,
    keys: () => JSON.parse(readFileSync(join(path, 'bootstrap.json'), 'utf8')) as FirstKeys,
    spawn: start,
    start: async (options) => {
      const platform = start(options);
      await platform.ready();
      return platform;
    },
    remove: async () => {
      // told to stop, not killed, so that the embedded PostgreSQL goes with them
      await Promise.all(started.map((one) => one.stop()));
      await endPostgres(path);
      rmSync(path, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function startProcess(
  dataDir: string,
  { app = 'platform', port, environment }: StartOptions & { readonly port: number },
): PlatformProcess {
  const main = join(ROOT, 'apps', app, 'dist/main.js');
  if (!existsSync(main)) throw new Error(`${main} is not there: run \`npm run build\` first.`);
  const child = spawn(process.execPath, ['--enable-source-maps', main], {
    env: {
      PATH: process.env['PATH'],
      LEASEHOLD_DATA_DIR: dataDir,
      LEASEHOLD_PORT: String(port),
      LEASEHOLD_HOST: '127.0.0.1',
      ...OPEN_TO_TESTS,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const exited = new Promise<number | string | null>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  // an address, not a name: no test hangs on how this machine resolves localhost
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    exited,
    ready: async () => {
      await waitFor(async () => hasEnded() || (await fetch(`${url}/readyz`)).status === 200, {
        timeoutMs: START_LIMIT_MS,
        describe: () => `${app} to be ready; it said: ${stderr}`,
      });
      if (hasEnded()) throw new Error(`${app} ended before it was ready: ${stderr}\n${stdout.slice(-2_000)}`);
    },
    kill9: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    stop: () => {
      if (!hasEnded()) child.kill('SIGTERM');
      return exited;
    },
  };
}

/** The process id of the folder's embedded PostgreSQL, as its own file says. */
export const postgresPid = (dataDir: string): number | undefined => {
  const file = join(dataDir, 'postgres', 'postmaster.pid');
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : undefined;
};

/** What a killed platform leaves behind. */
async function endPostgres(dataDir: string): Promise<void> {
  const pid = postgresPid(dataDir);
  if (pid === undefined || !send(pid, 'SIGINT')) return;
  await waitFor(() => !send(pid, 0), { describe: 'the embedded PostgreSQL to end' });
}

/** False when there is no such process. */
export function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === ENDED_PROCESS) return false;
    throw error;
  }
}
