import { execFileSync } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readPostmaster, removePostmasterFile } from './postmaster-file.js';

const GRACE_MS = 10_000;

/**
 * Frees `folder` of a server whose owner was killed. The caller holds the claim on the folder, so whatever runs there is
 * nobody's. Returns when no process uses the folder; PostgreSQL then recovers by itself from its log.
 */
export async function stopLeftovers(folder: string): Promise<void> {
  const postmaster = readPostmaster(folder);
  if (!postmaster) return;
  const deadline = Date.now() + GRACE_MS;
  for (let asked = false; ; asked = true) {
    const running = processesIn(folder, postmaster.pid);
    if (running.length === 0) break;
    // only the postmaster is asked: its children take the same signals for something else, and end when it is gone
    if (!asked && running.includes(postmaster.pid)) signal(postmaster.pid, 'SIGINT');
    if (Date.now() > deadline) running.forEach((pid) => signal(pid, 'SIGKILL'));
    await sleep(25);
  }
  // a number in the file may by now be a zombie's or another program's, and PostgreSQL would refuse to start
  removePostmasterFile(folder);
}

/** Every PostgreSQL process has the data folder as its working folder, whatever became of its parent and its title. */
function processesIn(folder: string, postmasterPid: number): number[] {
  if (process.platform !== 'linux') return commandOf(postmasterPid).includes(folder) ? [postmasterPid] : [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && workingFolder(pid) === folder);
}

function workingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

function commandOf(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // gone meanwhile, which is what was wanted
  }
}
