import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { cleanEnvironment } from './clean-environment.mjs';
import { inRoot } from './project-paths.mjs';
import { killAndExit, runChild } from './run-child.mjs';

const stampFile = inRoot('node_modules/.setup-stamp');

/** Says everything outright, so that no rc file changes it. No install script is needed, so none is run, on any npm. */
const NPM_ARGUMENTS = [
  ['ci', '--ignore-scripts', '--include=dev', '--include=optional'],
  ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'],
].flat();

/** Whether node_modules is what the lockfile says: by our stamp, or by the file that npm writes when it is done. */
export function isInstalled() {
  try {
    if (fs.existsSync(stampFile)) return fs.readFileSync(stampFile, 'utf8') === stamp();
    const byNpm = fs.statSync(inRoot('node_modules/.package-lock.json'));
    return byNpm.mtimeMs >= fs.statSync(inRoot('package-lock.json')).mtimeMs;
  } catch {
    return false;
  }
}

/** Installs by the lockfile. Stamped when complete, so that a torn install is made anew. */
export async function installPackages() {
  const { code, signal } = await runChild(...npm(), {
    env: cleanEnvironment(),
    deathSignal: 'SIGKILL',
    onStop: killAndExit,
  });
  if (code !== 0) throw new Error(`npm ci failed (${signal ?? `exit ${code}`}).`);
  fs.writeFileSync(stampFile, stamp());
}

/** The npm that runs us, on its own Node: ours may be the one in node_modules, which `npm ci` deletes. */
function npm() {
  const { npm_execpath: script, npm_node_execpath: node = 'node' } = process.env;
  return script ? [node, [script, ...NPM_ARGUMENTS]] : ['npm', NPM_ARGUMENTS];
}

function stamp() {
  const lockfile = fs.readFileSync(inRoot('package-lock.json'));
  return createHash('sha256').update(`${process.platform} ${process.arch} 1\n`).update(lockfile).digest('hex');
}
