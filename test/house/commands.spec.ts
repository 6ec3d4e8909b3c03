import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '@leasehold/testing';
import { mkdirSync, readFileSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { type Run, type TinyClone, tinyClone } from './tiny-clone.js';

jest.setTimeout(60_000);

let clone: TinyClone;
const runs: Run[] = [];

const npm = (args: string[], env?: Record<string, string>): Run => {
  const run = clone.npm(args, env);
  runs.push(run);
  return run;
};

const isRunning = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

const servicePid = (): Promise<number> =>
  waitFor(() => clone.exists('service.pid') && Number(clone.read('service.pid')), {
    describe: 'the service',
    timeoutMs: 30_000,
  });

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

const ended = async (pid: number): Promise<void> => {
  await waitFor(() => !isRunning(pid), { describe: `the end of process ${pid}`, timeoutMs: 15_000 });
};

beforeAll(() => {
  clone = tinyClone();
});

beforeEach(() => {
  rmSync(join(clone.folder, 'service.pid'), { force: true });
});

afterEach(async () => {
  for (const { process } of runs) process.kill('SIGTERM');
  await Promise.all(runs.splice(0).map((run) => run.ended));
});

afterAll(() => clone.remove());

describe('a clone with nothing installed', () => {
  beforeEach(() => rmSync(join(clone.folder, 'node_modules'), { recursive: true, force: true }));

  it('is installed by the first of two commands at once, and both succeed', async () => {
    const both = await Promise.all([npm(['test']).ended, npm(['test']).ended]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.filter(({ output }) => output.includes('waiting for it'))).toHaveLength(1);
    expect(readdirSync(clone.folder).filter((name) => name.startsWith('.setup.lock'))).toEqual([]);
  });

  it('is installed whole whatever the caller has set for npm and Node', async () => {
    const env = {
      NODE_ENV: 'production',
      npm_config_omit: 'dev',
      npm_config_dry_run: 'true',
      npm_config_ignore_scripts: 'true',
    };
    const { code, output } = await npm(['test'], env).ended;
    expect(output).toMatch(/3 passed, 0 failed\n$/);
    expect(code).toBe(0);
  });

  it('is prepared although an earlier command was killed with the lock in its hands', async () => {
    const lock = join(clone.folder, '.setup.lock');
    mkdirSync(lock);
    utimesSync(lock, new Date(0), new Date(0));
    expect((await npm(['test']).ended).code).toBe(0);
  });

  it('is installed anew after an install that was torn', async () => {
    mkdirSync(join(clone.folder, 'node_modules/jest'), { recursive: true });
    expect((await npm(['test']).ended).code).toBe(0);
  });
});

describe('npm test', () => {
  it('ends with the plain count', async () => {
    expect((await npm(['test']).ended).output).toMatch(/^3 passed, 0 failed\n$/m);
  });

  it('hands its arguments to jest, and jest’s failure to the caller', async () => {
    const { code, output } = await npm(['test', '--silent', '--', 'failing']).ended;
    expect(output).toMatch(/3 passed, 2 failed\n$/);
    expect(code).toBe(1);
  });

  it('counts a run that broke before it had a result as a failure', async () => {
    const { code, output } = await npm(['test', '--silent', '--', 'broken']).ended;
    expect(output).toMatch(/0 passed, 1 failed\n$/);
    expect(code).toBe(1);
  });
});

describe('npm start', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('drains the service on %s and ends with 0', async (signal) => {
    const { process, ended: end } = npm(['start']);
    const pid = await servicePid();
    process.kill(signal);
    // a terminal's Ctrl+C reaches every process of its group
    if (signal === 'SIGINT') globalThis.process.kill(pid, signal);
    expect((await end).code).toBe(0);
    expect(isRunning(pid)).toBe(false);
    expect(clone.exists('service.pid')).toBe(false);
  });

  it('leaves no process when npm is killed', async () => {
    const { process } = npm(['start']);
    const pid = await servicePid();
    process.kill('SIGKILL');
    await ended(pid);
    expect(clone.exists('service.pid')).toBe(false);
  });

  it('leaves no process when its own runner is killed', async () => {
    const { process } = npm(['start']);
    const pid = await servicePid();
    for (const runner of childrenOf(process.pid ?? 0)) globalThis.process.kill(runner, 'SIGKILL');
    await ended(pid);
    expect(clone.exists('service.pid')).toBe(false);
  });

  it('gives the service nothing of npm’s own environment', async () => {
    npm(['start'], { LEASEHOLD_PORT: '9999', NODE_ENV: 'production' });
    await servicePid();
    const environment = JSON.parse(clone.read('service.env')) as Record<string, string>;
    expect(environment).toMatchObject({ LEASEHOLD_PORT: '9999' });
    expect(Object.keys(environment).filter((name) => /^(NODE_ENV|npm_lifecycle|npm_package)/.test(name))).toEqual([]);
  });
});
