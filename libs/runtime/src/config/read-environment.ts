import { readFileSync } from 'node:fs';
import type { Environment } from './environment.js';

/** The environment of this process. The only place that reads `process.env`. */
export const readEnvironment = (): Environment => ({
  variables: { ...process.env },
  readFile: (path) => readFileSync(path, 'utf8'),
});
