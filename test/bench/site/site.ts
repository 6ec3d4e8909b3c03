import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freePort, startPostgres } from '@leasehold/embedded-postgres';
import { createPostgresLog, type EventLog } from '@leasehold/messaging';
import { createLogger, LOG_SCHEMA, openDatabase, schemaOf } from '@leasehold/runtime';
import { waitFor } from '@leasehold/testing';
import { type Cores, moveTo } from '../machine/cores.js';
import { type Child, startChild } from './child.js';

const ROOT = resolve(import.meta.dirname, '../../..');
export const silent = createLogger({ level: 'silent', service: 'issuance' });

/** A data folder on disk with a durable PostgreSQL, the services that run on it, and a bare server beside them. */
export interface Site {
  readonly dir: string;
  /** Owner's URL. */
  readonly databaseUrl: string;
  /** A built application, alone in its process, on the core of what is measured. */
  startApp(app: string): Promise<Child>;
  /** The yardstick: nothing but `node:http` that parses and answers JSON. */
  startBare(): Promise<Child>;
  openLog(): Promise<EventLog>;
  close(): Promise<void>;
}

export interface SiteOptions {
  readonly cores: Cores;
  /** Whether applications leave CPU profiles in `.data/profiles`. */
  readonly profile: boolean;
}

/** @param postgresCore where PostgreSQL runs */
export async function openSite({ cores, profile }: SiteOptions, postgresCore = cores.load): Promise<Site> {
  const dir = newDataFolder();
  moveTo(postgresCore);
  const postgres = await startPostgres({ dir: join(dir, 'postgres') });
  moveTo(cores.load);
  const children: Child[] = [];
  const closing: (() => Promise<void>)[] = [];

  const kept = async (starting: Promise<Child>): Promise<Child> => {
    const child = await starting;
    children.push(child);
    return child;
  };

  return {
    dir,
    databaseUrl: postgres.url(),
    startApp: (app) => kept(startApp(dir, app, cores.server, profile)),
    startBare: () => kept(start(dir, [join(import.meta.dirname, 'bare-server.mjs')], '/', cores.server)),
    async openLog() {
      const schema = schemaOf('log');
      const { pool, close } = await openDatabase({
        ...{ url: postgres.url(), schema, role: schema, entities: [], logger: silent },
        migrations: LOG_SCHEMA.migrations,
      });
      const log = createPostgresLog({ pool, instanceId: `bench-${process.pid}`, onError: () => undefined });
      closing.push(() => log.close(), close);
      return log;
    },
    async close() {
      await Promise.all(children.map((child) => child.stop()));
      for (const end of closing) await end();
      await postgres.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** On a disk, not in a temporary folder that may be memory. */
export function newDataFolder(): string {
  mkdirSync(join(ROOT, '.data'), { recursive: true });
  return mkdtempSync(join(ROOT, '.data', 'bench-'));
}

const mainOf = (app: string): string => join(ROOT, `apps/${app}/dist/main.js`);

/** As `npm start` does. */
export function startApp(dir: string, app: string, core: string | undefined, profile = false): Promise<Child> {
  const profiling = profile ? ['--cpu-prof', `--cpu-prof-dir=${join(ROOT, '.data', 'profiles')}`] : [];
  return start(dir, [...profiling, '--enable-source-maps', mainOf(app)], '/readyz', core);
}

async function start(
  dir: string,
  args: readonly string[],
  readyPath: string,
  core: string | undefined,
): Promise<Child> {
  const port = await freePort();
  const env = { LEASEHOLD_DATA_DIR: dir, LEASEHOLD_PORT: String(port), LEASEHOLD_HOST: '127.0.0.1' };
  return startChild({ args, env, core, port, readyPath, logFile: join(dir, 'children.log') });
}

/** What the first start of issuance has left. */
export interface FirstTenant {
  readonly tenantId: string;
  readonly secretKey: string;
}

/** It is written a moment after issuance has become ready for the first time. */
export async function firstTenant(dir: string): Promise<FirstTenant> {
  const file = join(dir, 'bootstrap.json');
  await waitFor(() => existsSync(file), { describe: 'the first keys' });
  return JSON.parse(readFileSync(file, 'utf8')) as FirstTenant;
}
