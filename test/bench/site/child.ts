import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { onCore } from '../machine/cores.js';

export interface ChildOptions {
  /** Script and arguments for Node. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly core: string | undefined;
  readonly port: number;
  /** Takes what it prints. */
  readonly logFile: string;
  /** Answers 200 once it is ready. */
  readonly readyPath: string;
}

export interface Child {
  readonly pid: number;
  readonly port: number;
  /** From its start to its being ready. */
  readonly readyMs: number;
  stop(): Promise<void>;
}

const READY_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 20_000;

/** Starts a process of the pinned Node and waits until it is ready. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const started = performance.now();
  const log = openSync(options.logFile, 'a');
  const child = spawn(...onCore(options.core, process.execPath, options.args), {
    env: { PATH: process.env['PATH'] ?? '', ...options.env },
    stdio: ['ignore', log, log],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    await exited;
    clearTimeout(force);
  };
  try {
    await becomesReady(child, options);
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: child.pid ?? 0, port: options.port, readyMs: performance.now() - started, stop };
}

async function becomesReady(child: ChildProcess, { port, readyPath, args, logFile }: ChildOptions): Promise<void> {
  const deadline = performance.now() + READY_LIMIT_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`${args.join(' ')} has ended, see ${logFile}`);
    try {
      const answer = await fetch(`http://127.0.0.1:${port}${readyPath}`);
      await answer.arrayBuffer();
      if (answer.status === 200) return;
    } catch {
      // it does not listen yet
    }
    await sleep(5);
  }
  throw new Error(`${args.join(' ')} did not become ready, see ${logFile}`);
}
