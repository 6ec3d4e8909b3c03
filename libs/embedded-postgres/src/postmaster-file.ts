import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

/** What PostgreSQL says of itself in `postmaster.pid` (line 1 pid, 4 port, 8 status); undefined when there is none. */
export function readPostmaster(folder: string): Postmaster | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, 'postmaster.pid'), 'utf8');
  } catch {
    return undefined;
  }
  const lines = text.split('\n');
  return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.startsWith('ready') ?? false };
}

export function removePostmasterFile(folder: string): void {
  rmSync(join(folder, 'postmaster.pid'), { force: true });
}
