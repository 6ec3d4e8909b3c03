import { defineConfig } from './config-schema.js';
import { setting } from './setting.js';

/** What only `npm run migrate` reads. */
export const migrateConfig = defineConfig({
  grantTo: setting.list({
    env: 'LEASEHOLD_MIGRATE_GRANT_TO',
    description:
      'Read by `npm run migrate`: users that the services log in as, who may then take the roles of the schemas.',
  }),
});
