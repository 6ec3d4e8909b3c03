import { fileURLToPath } from 'node:url';
import { configPage, migrateConfig } from '@leasehold/runtime';
import { SERVICE_DEFINITIONS } from './services.js';

/** The page of all settings, in the repository. */
export const CONFIG_PAGE_FILE = fileURLToPath(new URL('../../../docs/reference/config.md', import.meta.url));

export const writeConfigPage = (): string =>
  configPage([
    ...SERVICE_DEFINITIONS.map(({ name, config }) => ({ name, schema: config })),
    { name: 'npm run migrate', schema: migrateConfig },
  ]);
