import path from 'node:path';
import { inRoot } from './project-paths.mjs';

const addedByNpm = /^(npm_(lifecycle|package)_.*|npm_(command|execpath|node_execpath)|INIT_CWD|NODE)$/i;
/** Settings of the caller that would leave packages out, run nothing, or install somewhere else. */
const leavesPackagesOut = new RegExp(
  '^(NODE_ENV|NODE_OPTIONS|npm_config_(ignore_scripts|allow_scripts|dry_run|omit|include|only|production|global|prefix|' +
    'local_prefix|global_prefix|workspace|workspaces|include_workspace_root|npm_version|user_agent|node_gyp|init_module|' +
    'noproxy))$',
  'i',
);

/** The caller's environment without what `npm start` adds to it or what would bend an install or a run. */
export function cleanEnvironment() {
  const kept = Object.entries(process.env).filter(([name]) => !addedByNpm.test(name) && !leavesPackagesOut.test(name));
  return Object.fromEntries(kept);
}

/** The same, with the project's programs (and its Node) found first. */
export function projectEnvironment() {
  const bin = inRoot('node_modules/.bin');
  return { ...cleanEnvironment(), PATH: `${bin}${path.delimiter}${process.env.PATH}` };
}
