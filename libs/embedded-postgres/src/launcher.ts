import { spawnSync } from 'node:child_process';
import { chownSync, statSync } from 'node:fs';

/** `nobody` on every Linux; any id but 0 would do where only the namespace sees it. */
const NOBODY = 65534;

/** A fixed environment: the caller's locale, time zone and PG* variables must not reach the server. */
const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' };

export interface Launch {
  readonly command: string;
  readonly args: string[];
  readonly options: { cwd: string; env: Record<string, string>; uid?: number; gid?: number };
}

/**
 * How to run a PostgreSQL program over `folder`. PostgreSQL refuses to run as root, so root runs it in a user namespace
 * of its own (no system user, files stay root's), and where that is forbidden as `nobody`, who then owns the folder.
 */
export function launchOver(folder: string, program: string, args: readonly string[]): Launch {
  const { prefix, owner } = process.getuid?.() === 0 ? asRoot(folder) : { prefix: [], owner: {} };
  const [command = program, ...rest] = [...prefix, ...dyingWithParent(), program, ...args];
  return { command, args: rest, options: { cwd: '/', env: ENVIRONMENT, ...owner } };
}

function asRoot(folder: string): { prefix: string[]; owner: { uid?: number; gid?: number } } {
  const { uid, gid } = statSync(folder);
  if (uid !== 0) return { prefix: [], owner: { uid, gid } };
  const namespace = ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, '--'];
  if (works([...namespace, 'true'])) return { prefix: namespace, owner: {} };
  chownSync(folder, NOBODY, NOBODY);
  return { prefix: [], owner: { uid: NOBODY, gid: NOBODY } };
}

/** A killed parent (kill -9) shuts PostgreSQL down cleanly. Linux only; elsewhere the next start stops what is left. */
function dyingWithParent(): string[] {
  const prefix = ['setpriv', '--pdeathsig', 'INT'];
  return process.platform === 'linux' && works([...prefix, 'true']) ? prefix : [];
}

function works([command = '', ...args]: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore', env: ENVIRONMENT }).status === 0;
}
