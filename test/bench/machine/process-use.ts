import { readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/** Processor time of a process so far, all threads, in seconds; `undefined` where the system does not tell. */
export function cpuSeconds(pid: number): number | undefined {
  const text = read(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  const [, , , , , , , , , , , user, system] = text.slice(text.lastIndexOf(')') + 1).split(' ');
  return (Number(user) + Number(system)) / TICKS_PER_SECOND;
}

/** Resident memory of a process, in megabytes (10^6 bytes). */
export function residentMegabytes(pid: number): number | undefined {
  const kibibytes = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return kibibytes === undefined ? undefined : (Number(kibibytes) * 1024) / 1e6;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
