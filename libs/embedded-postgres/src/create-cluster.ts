import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { POSTGRES_MAJOR, postgresBinary } from './binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { launchOver } from './launcher.js';

/** Independent of the machine's locales; sorts by code point. `trust`: the server listens on loopback only. */
const INITDB_ARGUMENTS = [
  ['--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C'],
  ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions'],
].flat();

/** Makes sure that `folder` holds a cluster of our major version; creates it on first use. */
export async function ensureCluster(folder: string, { volatile }: { volatile: boolean }): Promise<void> {
  const versionFile = join(folder, 'PG_VERSION');
  if (existsSync(versionFile)) {
    requireMajor(folder, readFileSync(versionFile, 'utf8').trim());
    // PostgreSQL insists on it, and a folder that was copied back from somewhere may have lost it
    return chmodSync(folder, 0o700);
  }
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new EmbeddedPostgresError('foreign_folder', `${folder} holds other files and no PostgreSQL data.`);
  }
  await createCluster(folder, volatile);
}

function requireMajor(folder: string, found: string): void {
  if (found === String(POSTGRES_MAJOR)) return;
  throw new EmbeddedPostgresError(
    'wrong_major',
    `${folder} was written by PostgreSQL ${found}, and this version of Leasehold runs PostgreSQL ${POSTGRES_MAJOR}.`,
  );
}

/** Created beside and renamed when whole, so that an interrupted creation is never taken for a cluster. */
async function createCluster(folder: string, volatile: boolean): Promise<void> {
  const draft = `${folder}.creating`;
  try {
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { recursive: true, mode: 0o700 });
    const args = [...INITDB_ARGUMENTS, ...(volatile ? ['--no-sync'] : []), '--pgdata', draft];
    const launch = launchOver(draft, postgresBinary('initdb'), args);
    await promisify(execFile)(launch.command, launch.args, launch.options);
    renameSync(draft, folder);
  } catch (cause) {
    if (cause instanceof EmbeddedPostgresError) throw cause;
    throw new EmbeddedPostgresError('create_failed', `The PostgreSQL cluster in ${folder} could not be created.`, {
      cause,
    });
  }
}
