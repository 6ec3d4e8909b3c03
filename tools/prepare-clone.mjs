import { cleanEnvironment } from './clean-environment.mjs';
import { withCloneLock } from './clone-lock.mjs';
import { installPackages, isInstalled } from './install-packages.mjs';
import { inRoot, projectNode } from './project-paths.mjs';
import { killAndExit, runChild } from './run-child.mjs';
import { showProgress } from './show-progress.mjs';

/**
 * Makes a clone ready: installs when node_modules is not what the lockfile says, then builds what is out of date. Needs
 * no package and runs on old Nodes, because it is what brings the packages and the Node.
 */
export async function prepareClone({ build }) {
  if (!build && isInstalled()) return;
  await withCloneLock(async () => {
    if (!isInstalled()) {
      await showProgress('installing packages by the lockfile (about a minute, once)', installPackages);
    }
    if (build) await showProgress('building', buildAll);
  });
}

/** Incremental: a fraction of a second when nothing changed. By its file: two packages claim the name `tsc`. */
async function buildAll() {
  const { code } = await runChild(projectNode(), [inRoot('node_modules/typescript7/bin/tsc'), '-b'], {
    env: cleanEnvironment(),
    deathSignal: 'SIGKILL',
    onStop: killAndExit,
  });
  if (code !== 0) throw new Error('The build failed.');
}
