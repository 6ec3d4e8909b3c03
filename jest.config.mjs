import { availableParallelism } from 'node:os';

/** ESM: run with node --experimental-vm-modules. Sources are compiled by swc; checking types is the type checker's job. */
const project = (displayName, testMatch, extra = {}) => ({
  displayName,
  testMatch,
  testEnvironment: 'node',
  // resolve @leasehold/* to libs/*/src, so that tests need no build
  testEnvironmentOptions: { customExportConditions: ['@leasehold/source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/(apps|libs)/[^/]+/dist/', '<rootDir>/test/house/fixtures/'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        sourceMaps: 'inline',
        module: { type: 'es6' },
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          keepClassNames: true,
        },
      },
    ],
  },
  ...extra,
});

const withPostgres = {
  globalSetup: '<rootDir>/test/postgres/start.mjs',
  globalTeardown: '<rootDir>/test/postgres/stop.mjs',
};

export default {
  // two at least: in one process alone, the modules of all suites would pile up
  maxWorkers: Math.max(2, availableParallelism() - 1),
  workerIdleMemoryLimit: '1GB',
  // for machines that are busy: no test waits for a time, so a longer bound costs nothing
  testTimeout: 60_000,
  reporters: ['default', '<rootDir>/tools/jest-counts-reporter.mjs'],
  projects: [
    project('house', ['<rootDir>/test/house/*.spec.ts']),
    project('unit', ['<rootDir>/{apps,libs}/*/{src,test}/**/*.spec.ts'], {
      testPathIgnorePatterns: ['\\.int\\.spec\\.ts$', '/node_modules/', '/dist/'],
    }),
    project('int', ['<rootDir>/{apps,libs}/*/{src,test}/**/*.int.spec.ts'], withPostgres),
    project('e2e', ['<rootDir>/test/{e2e,chaos}/**/*.spec.ts'], withPostgres),
  ],
};
