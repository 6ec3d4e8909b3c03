import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { EventLog } from '@leasehold/messaging';
import type { Logger } from 'pino';
import { type BaseConfig, baseConfigOf, completeConfig } from '../config/base-config.js';
import type { Environment } from '../config/environment.js';
import { loadConfig } from '../config/load-config.js';
import { schemaOf } from '../database/database-names.js';
import { openDatabase } from '../database/open-database.js';
import { openLog } from '../database/open-log.js';
import { createLogger } from '../observability/create-logger.js';
import { openRegistry } from '../observability/open-registry.js';
import { readMasterKey } from './key-file.js';
import type { ServiceContext, ServiceDefinition } from './service-definition.js';
import type { StartOptions } from './start-options.js';

/** What closes the parts that have been opened so far; the last opened is closed first. */
export type Closers = (() => Promise<void>)[];

const NOTHING_SET: Environment = { variables: {}, readFile: () => '' };

/** Opens what a service runs in, and tells `closers` how to close it. */
export async function openContext<Config extends object>(
  definition: ServiceDefinition<Config>,
  options: StartOptions<Config>,
  closers: Closers,
): Promise<ServiceContext<Config>> {
  const { name } = definition;
  const config = configFrom(definition, options);
  const dataDir = join(options.dataDir, name);
  mkdirSync(dataDir, { recursive: true });
  const logger = options.logger ?? createLogger({ level: config.logLevel, service: name });
  const random = options.random ?? randomBytes;
  const database = await openDatabase({
    url: options.databaseUrl,
    schema: schemaOf(name),
    role: schemaOf(name),
    entities: definition.entities,
    migrations: definition.migrations,
    poolSize: config.databasePoolSize,
    logger,
  });
  closers.push(() => database.close());
  const log = options.log ?? (await openOwnLog(name, options, logger, closers));
  const metrics = openRegistry(name, { ofProcess: options.ofProcess ?? false });
  return {
    name,
    config,
    database,
    log,
    logger,
    metrics,
    clock: options.clock ?? { now: () => Date.now() },
    random,
    dataDir,
    masterKey: options.masterKey ?? readMasterKey(options.dataDir, config.keyFile, random),
    fail: options.fail ?? ((error) => logger.fatal({ err: error }, 'the service cannot go on')),
  };
}

async function openOwnLog(
  name: string,
  { databaseUrl }: { readonly databaseUrl: string },
  logger: Logger,
  closers: Closers,
): Promise<EventLog> {
  const log = await openLog({ url: databaseUrl, instanceId: `${hostname()}/${name}/${process.pid}`, logger });
  closers.push(() => log.close());
  return log;
}

function configFrom<Config extends object>(
  definition: ServiceDefinition<Config>,
  options: StartOptions<Config>,
): Config & BaseConfig {
  const defaults = loadConfig([baseConfigOf(definition.name), definition.config], NOTHING_SET);
  if ('violations' in defaults) throw new Error(defaults.violations.join(' '));
  return { ...completeConfig(defaults.config), ...options.config };
}
