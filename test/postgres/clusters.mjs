import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where the clusters of test runs live, each named after the process id of its run. */
export const clustersFolder = resolve(import.meta.dirname, '../../.data');

/** A run that was killed could not remove its cluster; its server ended with it. */
export function removeAbandonedClusters() {
  mkdirSync(clustersFolder, { recursive: true });
  for (const name of readdirSync(clustersFolder)) {
    const pid = /^test-(\d+)/.exec(name)?.[1];
    if (pid && !isRunning(Number(pid))) rmSync(join(clustersFolder, name), { recursive: true, force: true });
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
