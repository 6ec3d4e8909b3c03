import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RandomSource } from './service-definition.js';
import { StartFailure } from './start-failure.js';

const KEY_BYTES = 32;
const BASE64_OF_32_BYTES = /^[A-Za-z0-9+/_-]{43}=?$/;

/**
 * The master key, from which each service's key-encryption key is derived. Without `keyFile` it lives in the data folder
 * and is made on the first start: whoever loses it loses every secret that was encrypted under it.
 *
 * @throws StartFailure when the file cannot be read or is not 32 bytes in base64.
 */
export function readMasterKey(dataDir: string, keyFile: string | undefined, random: RandomSource): Uint8Array {
  const file = keyFile ?? join(dataDir, 'key');
  if (keyFile === undefined) makeIfAbsent(file, random);
  const text = readKeyFile(file).trim();
  if (!BASE64_OF_32_BYTES.test(text)) throw new StartFailure(`The key file ${file} does not hold 32 bytes in base64.`);
  return Buffer.from(text, 'base64');
}

function readKeyFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new StartFailure(`The key file ${file} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
}

/** Linked into place whole: of several first starts at once one wins, and all read its key. */
function makeIfAbsent(file: string, random: RandomSource): void {
  const draft = `${file}.${process.pid}`;
  rmSync(draft, { force: true });
  try {
    writeFileSync(draft, `${Buffer.from(random(KEY_BYTES)).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new StartFailure(`The key file ${file} cannot be made: ${(error as Error).message}.`, { cause: error });
    }
  } finally {
    rmSync(draft, { force: true });
  }
}
