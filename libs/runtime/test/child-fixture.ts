import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach } from '@jest/globals';
import { type ChildService, startChild } from '@leasehold/testing';

export const TINY_MAIN = join(import.meta.dirname, 'tiny-main.ts');

/** For a file of tests: a data folder of its own for each test, and no process that outlives its test. */
export function childFixture() {
  const children: ChildService[] = [];
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'leasehold-'));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) {
      child.process.kill('SIGKILL');
      await child.exited;
    }
    rmSync(dataDir, { recursive: true, force: true });
  });
  return {
    dataDir: () => dataDir,
    /** Starts the tiny service on a free port. */
    start: (environment: Readonly<Record<string, string>> = {}, args: readonly string[] = []): ChildService => {
      const defaults = { LEASEHOLD_DATA_DIR: dataDir, LEASEHOLD_PORT: '0', LEASEHOLD_HOST: '127.0.0.1' };
      const child = startChild(TINY_MAIN, { ...defaults, ...environment }, args);
      children.push(child);
      return child;
    },
  };
}

export const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await sleep(20);
};
