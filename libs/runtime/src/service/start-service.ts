import type { Duplex } from 'node:stream';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AccountTable } from '../accounts/account-table.js';
import { assertRoutes } from '../http/assert-routes.js';
import { registerDocs } from '../http/docs-pages.js';
import { HttpAdapter } from '../http/http-adapter.js';
import { buildOpenApi } from '../http/open-api.js';
import { HealthChecks } from '../observability/health-checks.js';
import { nestLogger } from '../observability/nest-logger.js';
import { observeRequests } from '../observability/observe-requests.js';
import { observeState } from '../observability/observe-state.js';
import { registerProbes } from '../observability/probes.js';
import { type Readiness, readinessOf } from '../observability/readiness.js';
import { connectTransport } from './connect-transport.js';
import { type Front, listen } from './http-front.js';
import { type Closers, openContext } from './open-context.js';
import { rootModule } from './root-module.js';
import type { ServiceContext, ServiceDefinition } from './service-definition.js';
import type { StartOptions } from './start-options.js';
import { VERSION } from './version.js';

/** A started service: initialized, consuming, not listening unless told to. */
export interface RunningService<Config = object> extends Front {
  readonly app: NestFastifyApplication;
  readonly context: ServiceContext<Config>;
  readonly health: HealthChecks;
  readonly readiness: () => Promise<Readiness>;
  /** Listens (on a free port of 127.0.0.1 unless told) and answers the base URL. */
  listen(port?: number, host?: string): Promise<string>;
  /** Finishes requests in flight, drains consumers and buffers, then closes the pools. */
  close(): Promise<void>;
}

const HTTP_GRACE_MS = 8_000;

/** Starts a service inside this process: used by `runService`, the platform and the tests. */
export async function startService<Config extends object>(
  definition: ServiceDefinition<Config>,
  options: StartOptions<Config>,
): Promise<RunningService<Config>> {
  const closers: Closers = [];
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= closeAll(closers));
  try {
    const context = await openContext(definition, options, closers);
    return await startApp(definition, context, closers, close);
  } catch (error) {
    await close().catch(() => undefined); // the first error is the one that tells why
    throw error;
  }
}

/** Last opened, first closed. A part that fails to close does not keep the others open. */
async function closeAll(closers: Closers): Promise<void> {
  const failures: unknown[] = [];
  for (let closer = closers.pop(); closer !== undefined; closer = closers.pop()) {
    await closer().catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw new AggregateError(failures, 'not everything could be closed');
}

async function startApp<Config extends object>(
  definition: ServiceDefinition<Config>,
  context: ServiceContext<Config>,
  closers: Closers,
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
  observeState(metrics, context.database.pool, accounts);
  if (definition.servesWithoutDatabase !== true) {
    health.register('database', async () => {
      await context.database.pool.query('SELECT 1');
    });
  }
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
  const handler: Front['handler'] = (request, response) => fastify.routing(request, response);
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

const describe = ({ name, routes }: Pick<ServiceDefinition, 'name' | 'routes'>, publicUrl: string) =>
  buildOpenApi({ routes, info: { title: `Leasehold ${name}`, version: VERSION }, servers: [publicUrl] });
