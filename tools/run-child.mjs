import { spawn, spawnSync } from 'node:child_process';
import os from 'node:os';
import { root } from './project-paths.mjs';

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The shell's exit code of a process that a signal ended. */
export const signalExitCode = (signal) => 128 + (os.constants.signals[signal] ?? 0);

/**
 * Runs a command to its end in the clone's top folder, sharing our terminal.
 * - `env`: its environment.
 * - `deathSignal`: what it gets when this process dies without a word (kill -9). Linux only.
 * - `onStop(child, signal)`: what to do when this process is told to stop.
 * - `onMessage(message)`: opens a channel on which the command can tell us something.
 * Resolves to `{ code, signal }`.
 */
export function runChild(command, args, { env, deathSignal, onStop, onMessage }) {
  const [program, ...rest] = [...tiedTo(deathSignal), command, ...args];
  const stdio = onMessage ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit';
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, { cwd: root, stdio, env });
    const stop = (signal) => onStop(child, signal);
    for (const name of STOP_SIGNALS) process.on(name, stop);
    const ended = () => {
      for (const name of STOP_SIGNALS) process.removeListener(name, stop);
    };
    if (onMessage) child.on('message', onMessage);
    child.once('error', (error) => {
      ended();
      reject(error);
    });
    child.once('exit', (code, signal) => {
      ended();
      resolve({ code, signal });
    });
  });
}

function tiedTo(signal) {
  const prefix = ['setpriv', '--pdeathsig', signal.replace('SIG', '')];
  const works = process.platform === 'linux' && spawnSync(prefix[0], [...prefix.slice(1), 'true']).status === 0;
  return works ? prefix : [];
}

/** For preparing steps: killed at once, because npm ignores SIGTERM for up to a minute; what is torn is made anew. */
export function killAndExit(child, signal) {
  child.kill('SIGKILL');
  process.exit(signalExitCode(signal));
}
