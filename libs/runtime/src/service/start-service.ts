import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { EventLog } from '@leasehold/messaging';
import { deriveServiceKey, hashApiKey, localKeyEncryptionKey } from '@leasehold/tokens';
import type { Logger } from 'pino';
import { AccountTable } from '../accounts/account-table.js';
import { type BaseConfig, baseConfigOf, completeConfig } from '../config/base-config.js';
import type { Environment } from '../config/environment.js';
import { loadConfig } from '../config/load-config.js';
import { schemaOf } from '../database/database-names.js';
import { type OpenDatabase, openDatabase } from '../database/open-database.js';
import { openLog } from '../database/open-log.js';
import { assertRoutes } from '../http/assert-routes.js';
import { registerDocs } from '../http/docs-pages.js';
import { HttpAdapter } from '../http/http-adapter.js';
import { httpModule } from '../http/http-module.js';
import { Idempotency } from '../http/idempotency.js';
import { buildOpenApi } from '../http/open-api.js';
import { createLogger } from '../observability/create-logger.js';
import { HealthChecks } from '../observability/health-checks.js';
import { nestLogger } from '../observability/nest-logger.js';
import { openRegistry } from '../observability/open-registry.js';
import { observeRequests } from '../observability/observe-requests.js';
import { registerProbes } from '../observability/probes.js';
import { type Readiness, readinessOf } from '../observability/readiness.js';
import { connectTransport } from './connect-transport.js';
import { type RequestHandler, listen } from './http-front.js';
import { readMasterKey } from './key-file.js';
import type { Clock, RandomSource, ServiceContext, ServiceDefinition } from './service-definition.js';
import { serviceModule } from './service-module.js';
import { VERSION } from './version.js';

/** What a service is started with; everything but the database and the folder has a default. */
export interface StartOptions<Config> {
  /** Connection URL of a migrated database; the service takes its own role and schema there. */
  readonly databaseUrl: string;
  readonly dataDir: string;
  /** Settings that differ from their defaults. */
  readonly config?: Partial<Config & BaseConfig>;
  /** Shared logs are not closed with the service; without one the service opens (and closes) the log in `databaseUrl`. */
  readonly log?: EventLog;
  readonly logger?: Logger;
  readonly clock?: Clock;
  readonly random?: RandomSource;
  /** Read from (or made in) the data folder when absent. */
  readonly masterKey?: Uint8Array;
  /** True for the one service of a process, whose metrics then include those of the process. */
  readonly ofProcess?: boolean;
  /** Told when the service cannot go on; only logged unless told. */
  readonly fail?: (error: Error) => void;
}

/** A started service: initialized, consuming, not listening unless told to. */
export interface RunningService<Config = object> {
  readonly app: NestFastifyApplication;
  readonly context: ServiceContext<Config>;
  readonly health: HealthChecks;
  readonly readiness: () => Promise<Readiness>;
  /** Hands it one request, as the platform's front does. */
  readonly handler: RequestHandler;
  /** Answers what is no HTTP, on the bare socket. */
  readonly onUnreadable: (error: Error, socket: Duplex) => void;
  /** Listens (on a free port of 127.0.0.1 unless told) and answers the base URL. */
  listen(port?: number, host?: string): Promise<string>;
  /** Finishes requests in flight, drains consumers and buffers, then closes the pools. */
  close(): Promise<void>;
}

const NOTHING_SET: Environment = { variables: {}, readFile: () => '' };
const HTTP_GRACE_MS = 8_000;
const KEY_WAIT_MS = 250;

/** Starts a service inside this process: used by `runService`, the platform and the tests. */
export async function startService<Config extends object>(
  definition: ServiceDefinition<Config>,
  options: StartOptions<Config>,
): Promise<RunningService<Config>> {
  const closers: (() => Promise<void>)[] = [];
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= closeAll(closers));
  try {
    const context = await openContext(definition, options, closers);
    return await startApp(definition, context, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

/** Last opened, first closed. A part that fails to close does not keep the others open. */
async function closeAll(closers: (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (let closer = closers.pop(); closer !== undefined; closer = closers.pop()) {
    await closer().catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw new AggregateError(failures, 'not everything could be closed');
}

async function openContext<Config extends object>(
  definition: ServiceDefinition<Config>,
  options: StartOptions<Config>,
  closers: (() => Promise<void>)[],
): Promise<ServiceContext<Config> & { readonly database: OpenDatabase }> {
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
  closers: (() => Promise<void>)[],
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

async function startApp<Config extends object>(
  definition: ServiceDefinition<Config>,
  context: ServiceContext<Config>,
  closers: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<RunningService<Config>> {
  const { config, logger, log, clock, metrics } = context;
  const adapter = new HttpAdapter({ publicUrl: config.publicUrl, logger, trustedProxies: config.trustedProxies });
  const accounts = new AccountTable(clock, logger);
  const health = new HealthChecks();
  const app = await NestFactory.create<NestFastifyApplication>(
    rootModule(definition, context, adapter, accounts, health),
    adapter,
    { logger: nestLogger(logger), abortOnError: false },
  );
  closers.push(() => app.close());
  const fastify = adapter.getInstance();
  const readiness = readinessOf(app, health, logger);
  observeRequests(fastify, logger, metrics);
  registerProbes(fastify, { service: context.name, readiness, metrics: () => metrics.metrics() });
  registerDocs(fastify, { document: () => describe(definition, config.publicUrl) });
  definition.hotRoutes?.(fastify, (token) => app.get(token, { strict: false }));
  health.register('database', async () => {
    await context.database.pool.query('SELECT 1');
  });
  closers.push(() => accounts.close());
  await accounts.follow(log);
  await accounts.ready;
  const transport = connectTransport(app, context);
  await app.init();
  await fastify.ready();
  assertRoutes(app, definition.routes, adapter.routes);
  await app.startAllMicroservices();
  // consumers stop before the buffers they fill are drained by the application's own hooks
  closers.push(() => transport.close());

  const onUnreadable = (error: Error, socket: Duplex): void => {
    fastify.server.emit('clientError', error, socket);
  };
  const handler: RequestHandler = (request, response) => fastify.routing(request, response);
  return {
    app,
    context,
    health,
    readiness,
    handler,
    onUnreadable,
    listen: async (port = 0, host = '127.0.0.1') => {
      const server = await listen({ host, port, handler, onUnreadable });
      closers.push(() => {
        health.draining = true;
        return server.close(HTTP_GRACE_MS);
      });
      return `http://${host}:${server.port}`;
    },
    close,
  };
}

class RootModule {}

function rootModule<Config extends object>(
  definition: ServiceDefinition<Config>,
  context: ServiceContext<Config>,
  adapter: HttpAdapter,
  accounts: AccountTable,
  health: HealthChecks,
): DynamicModule {
  const { clock, random, logger, database } = context;
  const keyEncryptionKey = localKeyEncryptionKey(deriveServiceKey(context.masterKey, context.name), random);
  return {
    module: RootModule,
    imports: [
      serviceModule({ context, accounts, health }),
      httpModule({
        adapter,
        idempotency: new Idempotency({ pool: database.pool, clock, random, keyEncryptionKey, logger }),
        authenticator: {
          authenticate: (apiKey) => {
            const hash = hashApiKey(apiKey);
            return accounts.callerOf(hash) ?? accounts.waitFor(hash, KEY_WAIT_MS);
          },
        },
      }),
      definition.module(context),
    ],
  };
}

const describe = ({ name, routes }: Pick<ServiceDefinition, 'name' | 'routes'>, publicUrl: string) =>
  buildOpenApi({ routes, info: { title: `Leasehold ${name}`, version: VERSION }, servers: [publicUrl] });
