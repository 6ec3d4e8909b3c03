import { setTimeout as pause } from 'node:timers/promises';
import type { ServiceName } from '@leasehold/contracts';
import { completeConfig } from '../config/base-config.js';
import { readEnvironment } from '../config/read-environment.js';
import { createLogger } from '../observability/create-logger.js';
import { type Bootstrap, bootstrapInto, firstKeysNotice } from './first-keys.js';
import { type Front, listen } from './http-front.js';
import { type Backing, openBacking } from './open-backing.js';
import { type ProcessLife, liveAsProcess } from './process-life.js';
import { type ConfiguredService, type ReadConfigs, readConfigs, warnOfUnread } from './read-configs.js';
import type { ServiceDefinition } from './service-definition.js';
import { type RunningService, startService } from './start-service.js';
import { startingFront } from './starting-front.js';

/** What a process consists of. */
export interface ProcessPlan {
  readonly name: ServiceName | 'platform';
  readonly definitions: readonly ServiceDefinition[];
  /** Token of the `Bootstrap` provider, in the process that has issuance. */
  readonly bootstrap?: symbol;
  /** Puts the started services, in the order of the definitions, behind one port. */
  readonly front: (services: readonly RunningService[], publicUrl: string) => Promise<Front>;
}

const HTTP_GRACE_MS = 8_000;
const READY_POLL_MS = 25;

/**
 * The whole life of a process that runs services: settings, databases, start, signals, exit code. With
 * `--validate-config` it only says whether the settings can be used.
 */
export async function runServices(plan: ProcessPlan): Promise<void> {
  const read = readConfigs(plan.definitions, readEnvironment());
  if ('violations' in read) {
    process.stderr.write(`The settings cannot be used:\n${read.violations.map((one) => `  - ${one}\n`).join('')}`);
    process.exit(1);
  }
  if (process.argv.includes('--validate-config')) {
    const unread = read.unread.map((name) => `  - ${name} is not read: check how it is spelled.\n`);
    process.stderr.write(`The settings can be used.\n${unread.join('')}`);
    process.exit(0);
  }
  const logger = createLogger({ level: read.shared.logLevel, service: plan.name });
  logger.info({ settings: read.masked }, 'starting');
  warnOfUnread(read.unread, logger);
  await liveAsProcess(logger, (life) => start(plan, read, life));
}

async function start(plan: ProcessPlan, { services, shared }: ReadConfigs, life: ProcessLife): Promise<void> {
  // the port first: it is the cheapest thing to fail on, and probes are answered from the start
  let front = startingFront;
  const server = await listen({
    host: shared.host,
    port: shared.port,
    handler: (request, response) => front.handler(request, response),
    onUnreadable: (error, socket) => front.onUnreadable(error, socket),
  });
  const { publicUrl } = completeConfig(shared, server.port);
  const backing = await openBacking(
    life,
    services.map(({ definition, raw }) => ({
      name: definition.name,
      migrations: definition.migrations,
      config: completeConfig(raw, server.port),
    })),
    server.port,
  );
  const running = await startAll(services, backing, server.port, life);
  front = await plan.front(running, publicUrl);
  life.defer(() => {
    for (const { health } of running) health.draining = true;
    return server.close(HTTP_GRACE_MS);
  });
  await bootstrapOnce(plan, running, backing.dataDir, publicUrl);
  await untilReady(running);
  life.logger.info({ url: publicUrl, port: server.port }, 'ready');
  process.stderr.write(`Leasehold ${plan.name} is ready at ${publicUrl} (API documentation: ${publicUrl}/docs)\n`);
}

/** All at once: most of a start is waiting for the database. */
async function startAll(
  services: readonly ConfiguredService[],
  { databaseUrlOf, ...shared }: Backing,
  port: number,
  life: ProcessLife,
): Promise<readonly RunningService[]> {
  const started: RunningService[] = [];
  life.defer(async () => {
    await Promise.all(started.map((service) => service.close()));
  });
  return await Promise.all(
    services.map(async ({ definition, raw }) => {
      const service = await startService(definition, {
        ...shared,
        databaseUrl: databaseUrlOf(definition.name),
        config: completeConfig(raw, port),
        logger: createLogger({ level: raw.logLevel, service: definition.name }),
        ofProcess: services.length === 1,
        fail: life.fail,
      });
      started.push(service);
      return service;
    }),
  );
}

/** What says that it is ready is ready: keys have come to where they are used, and the heir of a killed process publishes. */
async function untilReady(running: readonly RunningService[]): Promise<void> {
  const areReady = async (): Promise<boolean> =>
    (await Promise.all(running.map((service) => service.readiness()))).every(({ ready }) => ready);
  while (!(await areReady())) await pause(READY_POLL_MS);
}

async function bootstrapOnce(
  { bootstrap }: ProcessPlan,
  running: readonly RunningService[],
  dataDir: string,
  publicUrl: string,
): Promise<void> {
  const issuance = running.find(({ context }) => context.name === 'issuance');
  if (bootstrap === undefined || issuance === undefined) return;
  const keys = await bootstrapInto(dataDir, publicUrl, issuance.app.get<Bootstrap>(bootstrap, { strict: false }));
  if (keys !== undefined) process.stderr.write(firstKeysNotice(keys, publicUrl, dataDir));
}
