import { existsSync } from 'node:fs';
import { inRoot } from './project-paths.mjs';

const SERVICES = ['issuance', 'validation', 'metering', 'anomaly', 'webhooks'];

const packageFile = (name) => `node_modules/${name}`;
const typescript = (project) => [packageFile('typescript7/bin/tsc'), '-p', project];

const start = (app) => ({ build: true, serves: true, steps: [['--enable-source-maps', `apps/${app}/dist/main.js`]] });
const script = (file) => ({ build: true, steps: [['--enable-source-maps', file]] });

/**
 * What `npm run <name>` does after the clone was prepared. A step is the command line of the project's Node; all steps
 * are run, and the task fails if one of them did. The caller's arguments go to the last step.
 * - `build`: needs the compiled sources.
 * - `serves`: runs until it is told to stop, which is then no failure.
 * - `counts`: ends with the line "N passed, N failed".
 */
export const TASKS = {
  start: start('platform'),
  ...Object.fromEntries(SERVICES.map((name) => [`start:${name}`, start(name)])),
  migrate: script('apps/platform/dist/migrate.js'),
  'docs:generate': script('apps/platform/dist/generate-docs.js'),
  build: { build: true, steps: [] },
  bench: {
    build: true,
    steps: [['--enable-source-maps', '--import', './test/bench/typescript.mjs', 'test/bench/main.ts']],
  },
  test: {
    build: true,
    counts: true,
    steps: [['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', packageFile('jest/bin/jest.js')]],
  },
  typecheck: { steps: [typescript('tsconfig.check.core.json'), typescript('tsconfig.check.json')] },
  lint: {
    steps: [
      [packageFile('eslint/bin/eslint.js'), '--cache', '--cache-location', 'node_modules/.cache/eslint/', '.'],
      [packageFile('prettier/bin/prettier.cjs'), '--check', '--cache', '--log-level', 'warn', '.'],
      [packageFile('dependency-cruiser/bin/dependency-cruiser.mjs'), ...sourceFolders()],
    ],
  },
  format: { steps: [[packageFile('prettier/bin/prettier.cjs'), '--write', '--log-level', 'warn', '.']] },
};

function sourceFolders() {
  return ['apps', 'libs', 'test'].filter((folder) => existsSync(inRoot(folder)));
}
