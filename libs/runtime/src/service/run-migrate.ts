import { loadConfig } from '../config/load-config.js';
import { migrateConfig } from '../config/migrate-config.js';
import { readEnvironment } from '../config/read-environment.js';
import type { SchemaOwner } from '../database/database-names.js';
import { grantLogins } from '../database/grant-logins.js';
import { LOG_SCHEMA } from '../database/log-schema.js';
import { migrateAll } from '../database/migrate-all.js';
import { createLogger } from '../observability/create-logger.js';
import { externalUrl } from './open-backing.js';
import { liveAsProcess } from './process-life.js';
import { type ReadConfigs, readConfigs, warnOfUnread } from './read-configs.js';
import type { ServiceDefinition } from './service-definition.js';
import { StartFailure } from './start-failure.js';

/**
 * Migrates the databases that the settings name, whose URLs have to be an owner's, and ends the process. The embedded
 * database needs no such run.
 */
export async function runMigrate(definitions: readonly ServiceDefinition[]): Promise<void> {
  const environment = readEnvironment();
  const read = readConfigs(definitions, environment);
  const own = loadConfig([migrateConfig], environment);
  if ('violations' in read || 'violations' in own) {
    const violations = [read, own].flatMap((one) => ('violations' in one ? one.violations : []));
    process.stderr.write(`The settings cannot be used:\n${violations.map((one) => `  - ${one}\n`).join('')}`);
    process.exit(1);
  }
  const logger = createLogger({ level: read.shared.logLevel, service: 'migrate' });
  warnOfUnread(read.unread, logger);
  await liveAsProcess(logger, async () => {
    const urls = ownerUrls(read);
    const schemas = [LOG_SCHEMA, ...definitions];
    await migrateAll(schemas, urls, logger);
    for (const { name } of schemas) await grantLogins(urls(name), name, own.config.grantTo);
    process.stderr.write(`Migrated: ${schemas.map(({ name }) => name).join(', ')}.\n`);
    process.exit(0);
  });
}

/** @throws StartFailure when a schema has no database of its own */
function ownerUrls({ services, shared }: ReadConfigs): (owner: SchemaOwner) => string {
  const configs = new Map<SchemaOwner, typeof shared>([
    ['log', shared],
    ...services.map(({ definition, raw }): [SchemaOwner, typeof shared] => [definition.name, raw]),
  ]);
  const urls = new Map([...configs].map(([owner, config]) => [owner, externalUrl(owner, config)]));
  const missing = [...urls].filter(([, url]) => url === undefined).map(([owner]) => owner);
  if (missing.length > 0) {
    throw new StartFailure(
      `There is no database to migrate for ${missing.join(', ')}: set LEASEHOLD_DATABASE_URL to an owner's URL (the embedded database is migrated when it starts).`,
    );
  }
  return (owner) => urls.get(owner) ?? '';
}
