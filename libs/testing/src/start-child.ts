import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

export interface ChildService {
  readonly process: ChildProcess;
  /** What it wrote for people, so far. */
  readonly stderr: () => string;
  /** Its log, so far. */
  readonly stdout: () => string;
  /** Resolves with the base URL once it says that it is ready, rejects when it ends before. */
  readonly ready: Promise<string>;
  /** Resolves with the exit code, or the signal's name. */
  readonly exited: Promise<number | string | null>;
}

/** Arguments that let Node run our sources as they are. */
export const RUNS_SOURCES: readonly string[] = [
  '--conditions=@leasehold/source',
  '--import',
  join(import.meta.dirname, 'compile-hooks.mjs'),
];

/** Runs a `main.ts` as the process it is in production, from its sources. */
export function startChild(
  main: string,
  environment: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): ChildService {
  const child = spawn(process.execPath, [...RUNS_SOURCES, main, ...args], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  let stdout = '';
  const exited = new Promise<number | string | null>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  const ready = new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (data: Buffer) => {
      stderr += data.toString();
      const url = /is ready at (\S+)/.exec(stderr)?.[1];
      if (url !== undefined) resolve(url);
    });
    void exited.then((code) => reject(new Error(`ended with ${code} before it was ready: ${stderr}`)));
  });
  ready.catch(() => undefined); // some tests only wait for the end
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  return { process: child, stderr: () => stderr, stdout: () => stdout, ready, exited };
}
