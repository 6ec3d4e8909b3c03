import { setTimeout as sleep } from 'node:timers/promises';
import { claimFolder } from './claim-folder.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { readPostmaster } from './postmaster-file.js';
import {
  type EmbeddedPostgres,
  type PostgresOptions,
  clusterFolder,
  postgresUrl,
  startClaimed,
} from './start-postgres.js';

/** Longer than a first start on a slow machine: creation and recovery by the owner are waited for. */
const JOIN_TIMEOUT_MS = 60_000;

/**
 * The PostgreSQL of a data folder belongs to the first process that wants it; others join it. Joins when a live process
 * owns the folder (then `stop` does nothing, and `port`, `volatile` and `settings` are the owner's), else starts.
 *
 * @throws EmbeddedPostgresError as `startPostgres`, and `folder_in_use` when the owner's server is not ready in a minute.
 */
export async function joinOrStartPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const folder = clusterFolder(options.dir);
  for (const deadline = Date.now() + JOIN_TIMEOUT_MS; Date.now() < deadline; await sleep(50)) {
    const claim = await claimFolder(folder);
    if (claim) return await startClaimed(folder, claim, options);
    const postmaster = readPostmaster(folder);
    if (postmaster?.ready) return joinedHandle(postmaster.pid, postmaster.port);
  }
  throw new EmbeddedPostgresError('folder_in_use', `Another process holds ${folder}, but its PostgreSQL is not ready.`);
}

function joinedHandle(pid: number, port: number): EmbeddedPostgres {
  return {
    pid,
    port,
    joined: true,
    url: (database) => postgresUrl(port, database),
    exited: new Promise(() => undefined),
    stop: () => Promise.resolve(),
  };
}
