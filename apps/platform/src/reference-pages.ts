import { fileURLToPath } from 'node:url';
import { configPage, migrateConfig } from '@leasehold/runtime';
import { eventsPage } from './events-page.js';
import { SERVICE_DEFINITIONS } from './services.js';

/** A page of the repository that is written from the code. */
export interface ReferencePage {
  readonly file: string;
  readonly write: () => string;
}

const fileOf = (name: string): string => fileURLToPath(new URL(`../../../docs/reference/${name}`, import.meta.url));

/** All settings. */
export const CONFIG_PAGE: ReferencePage = {
  file: fileOf('config.md'),
  write: () =>
    configPage([
      ...SERVICE_DEFINITIONS.map(({ name, config }) => ({ name, schema: config })),
      { name: 'npm run migrate', schema: migrateConfig },
    ]),
};

/** All topics and event types. */
export const EVENTS_PAGE: ReferencePage = { file: fileOf('events.md'), write: eventsPage };

export const REFERENCE_PAGES: readonly ReferencePage[] = [CONFIG_PAGE, EVENTS_PAGE];
