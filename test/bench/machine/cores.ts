import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg } from 'node:os';

/** Where processes run: what is measured alone on one core, everything else on another. */
export interface Cores {
  readonly pinned: boolean;
  /** The core of what is measured; `undefined` where processes cannot be pinned. */
  readonly server: string | undefined;
  /** The core of the load and of all that the server leans on. */
  readonly load: string | undefined;
  readonly both: string | undefined;
}

export function findCores(): Cores {
  const pinned = availableParallelism() > 1 && hasTaskset();
  return pinned
    ? { pinned, server: '0', load: '1', both: '0,1' }
    : { pinned, server: undefined, load: undefined, both: undefined };
}

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['-c', '0,1', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Moves this process, and with it the processes that it will start, to a core. */
export function moveTo(core: string | undefined): void {
  if (core !== undefined) execFileSync('taskset', ['-a', '-c', '-p', core, String(process.pid)]);
}

/** The command line that runs a program on a core. */
export const onCore = (core: string | undefined, program: string, args: readonly string[]): [string, string[]] =>
  core === undefined ? [program, [...args]] : ['taskset', ['-c', core, program, ...args]];

/** For the table: what a reader needs to judge the absolute figures. */
export function describeMachine({ pinned }: Cores): string {
  const model = cpus()[0]?.model.replace(/\((R|TM)\)|\s+CPU|\s+@.*$/g, '') ?? 'unknown processor';
  return `${cpus().length} × ${model.trim()}, ${process.platform}, Node ${process.version}, ${pinned ? 'pinned' : 'not pinned'}, load ${loadavg()[0]?.toFixed(1)} before`;
}
