import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { workspace } from './source-files.js';

/** A workspace with our tools and tiny stand-ins for the programs they call, so that `npm ci` is a matter of a second. */
const PACKAGES: Record<string, [file: string, source: string]> = {
  // builds by noting that it was called
  typescript7: ['bin/tsc', "require('node:fs').appendFileSync('built', 'x');"],
  jest: [
    'bin/jest.js',
    `const [how] = process.argv.slice(2);
     if (how !== 'broken') process.send({ passed: 3, failed: how === 'failing' ? 2 : 0 });
     process.exitCode = how ? 1 : 0;
     process.disconnect();`,
  ],
};

/** Drains for a moment when told to stop, as a service does; its pid file tells whether it is up, its traces how it ended. */
const SERVICE = `
  import { rmSync, writeFileSync } from 'node:fs';
  process.on('SIGTERM', () => setTimeout(() => { rmSync('service.pid'); process.exit(0); }, 100));
  process.on('SIGINT', () => process.emit('SIGTERM'));
  writeFileSync('service.env', JSON.stringify(process.env));
  writeFileSync('service.pid', String(process.pid));
  setInterval(() => {}, 1000);`;

export interface TinyClone {
  readonly folder: string;
  npm(args: string[], env?: Record<string, string>): Run;
  exists(file: string): boolean;
  read(file: string): string;
  remove(): void;
}

export interface Run {
  readonly process: ChildProcess;
  readonly ended: Promise<{ code: number | null; output: string }>;
}

export function tinyClone(): TinyClone {
  const folder = mkdtempSync(join(tmpdir(), 'tiny-clone-'));
  cpSync(join(workspace, 'tools'), join(folder, 'tools'), { recursive: true });
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  for (const [name, [file, source]] of Object.entries(PACKAGES)) {
    write(`packages/${name}/package.json`, JSON.stringify({ name, version: '1.0.0' }));
    write(`packages/${name}/${file}`, source);
    chmodSync(join(folder, `packages/${name}/${file}`), 0o755);
  }
  const { package: manifest, lock } = manifests();
  write('package.json', manifest);
  write('package-lock.json', lock);
  write('apps/platform/dist/main.js', SERVICE);
  return {
    folder,
    npm: (args, env = {}) => run(folder, args, env),
    exists: (file) => existsSync(join(folder, file)),
    read: (file) => readFileSync(join(folder, file), 'utf8'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function manifests(): { package: string; lock: string } {
  const { scripts } = JSON.parse(readFileSync(join(workspace, 'package.json'), 'utf8')) as { scripts: object };
  const names = Object.keys(PACKAGES);
  const devDependencies = Object.fromEntries(names.map((name) => [name, `file:packages/${name}`]));
  const top = { name: 'tiny', version: '1.0.0', type: 'module', devDependencies };
  const linked = names.flatMap((name): [string, object][] => [
    [`packages/${name}`, { version: '1.0.0', dev: true }],
    [`node_modules/${name}`, { resolved: `packages/${name}`, link: true }],
  ]);
  const packages: Record<string, object> = { '': top, ...Object.fromEntries(linked) };
  return {
    package: JSON.stringify({ ...top, scripts }),
    lock: JSON.stringify({ name: 'tiny', version: '1.0.0', lockfileVersion: 3, requires: true, packages }),
  };
}

function run(folder: string, args: string[], env: Record<string, string>): Run {
  const child = spawn('npm', args, { cwd: folder, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += String(data)));
  child.stderr.on('data', (data: Buffer) => (output += String(data)));
  const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, output }));
  });
  return { process: child, ended };
}
