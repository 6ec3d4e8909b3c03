import { readFileSync } from 'node:fs';

/** The version of Leasehold; all packages of the workspace share it. */
export const VERSION: string = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;
