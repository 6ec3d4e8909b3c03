import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { POSTGRES_MAJOR } from '@leasehold/embedded-postgres';
import { StartFailure } from './start-failure.js';

/** What the folder's layout is called; a version that changes it migrates older ones and raises the number. */
const FORMAT = 1;

interface FolderFormat {
  readonly format: number;
  readonly postgresMajor: number;
}

/**
 * Makes the data folder on first use, and answers its absolute path.
 *
 * @throws StartFailure when it cannot be written, or was written by a newer version or another major of PostgreSQL.
 */
export function openDataFolder(dir: string): string {
  const folder = resolve(dir);
  const file = join(folder, 'format.json');
  try {
    mkdirSync(folder, { recursive: true });
    const found = readIfPresent(file);
    if (found === undefined) writeWhole(file, { format: FORMAT, postgresMajor: POSTGRES_MAJOR });
    else requireFormat(folder, found);
    return folder;
  } catch (error) {
    if (error instanceof StartFailure) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartFailure(`The data folder ${folder} cannot be used: ${reason}.`, { cause: error });
  }
}

function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function requireFormat(folder: string, text: string): void {
  const { format, postgresMajor } = parseFormat(folder, text);
  if (format > FORMAT) {
    throw new StartFailure(
      `The data folder ${folder} was written by a newer version of Leasehold (format ${format}, this one knows ${FORMAT}).`,
    );
  }
  if (postgresMajor !== POSTGRES_MAJOR) {
    throw new StartFailure(
      `The data folder ${folder} holds data of PostgreSQL ${postgresMajor}, and this version runs PostgreSQL ${POSTGRES_MAJOR}: dump it there and restore it here.`,
    );
  }
}

function parseFormat(folder: string, text: string): FolderFormat {
  let parsed: Partial<FolderFormat> | null = null;
  try {
    parsed = JSON.parse(text) as Partial<FolderFormat> | null;
  } catch {
    // the check below says it
  }
  const { format, postgresMajor } = parsed ?? {};
  if (typeof format !== 'number' || typeof postgresMajor !== 'number') {
    throw new StartFailure(`${join(folder, 'format.json')} is not a file that Leasehold has written.`);
  }
  return { format, postgresMajor };
}

/** Several processes may write the same bytes at once; a reader never sees half of them. */
function writeWhole(file: string, format: FolderFormat): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(format)}\n`);
  renameSync(draft, file);
}
