import { SERVICES } from '@leasehold/contracts';
import { baseConfigOf } from './base-config.js';
import { type ConfigSchema, settingsOf } from './config-schema.js';
import type { Environment } from './environment.js';
import { migrateConfig } from './migrate-config.js';

/**
 * The `LEASEHOLD_…` variables that are set and belong to no setting of these schemas, of `npm run migrate`, or of the
 * databases of other services: misspelled, or meant for another process.
 */
export const unreadVariables = (
  schemas: readonly ConfigSchema<object>[],
  { variables }: Pick<Environment, 'variables'>,
): string[] => {
  const known = new Set(
    settingsOf([...schemas, migrateConfig, ...SERVICES.map(baseConfigOf)]).flatMap(([, { env, secret }]) =>
      secret ? [env, `${env}_FILE`] : [env],
    ),
  );
  return Object.keys(variables).filter((name) => name.startsWith('LEASEHOLD_') && !known.has(name));
};
