import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { isErrno } from './errno.js';

/** The major version of the PostgreSQL that the binaries are of; a data folder of another one is refused. */
export const POSTGRES_MAJOR = 18;

/** Absolute path of a PostgreSQL program out of the npm package for this machine. */
export function postgresBinary(name: 'initdb' | 'postgres'): string {
  const root = packageRoot();
  linkLibraries(root);
  return join(root, 'native/bin', name);
}

function packageRoot(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return resolve(dirname(createRequire(import.meta.url).resolve(name)), '..');
  } catch (cause) {
    throw new EmbeddedPostgresError(
      'no_binaries',
      `There is no embedded PostgreSQL for this machine (${name} is not installed); give the URL of a PostgreSQL server instead.`,
      { cause },
    );
  }
}

/** npm packages hold no links: the package would make them in an install script, and we run none. */
function linkLibraries(root: string): void {
  const list = join(root, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(root, target);
    try {
      symlinkSync(relative(dirname(link), join(root, source)), link);
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error;
    }
  }
}
