import {
  buildOpenApi,
  createLogger,
  type Front,
  HttpAdapter,
  mergeMetrics,
  mergeOpenApi,
  observeRequests,
  openRegistry,
  type OpenApiDocument,
  registerDocs,
  registerProbes,
  type ServiceDefinition,
  VERSION,
} from '@leasehold/runtime';
import { NotFoundException } from '@nestjs/common';
import { mergeReadiness } from './merge-readiness.js';
import type { FrontedService } from './fronted-service.js';

const INFO = {
  title: 'Leasehold',
  version: VERSION,
  description: 'Issues software licenses that are bound to web domains, validates, meters and watches them.',
};

/** Probes, metrics, documentation, and the answer to what nobody serves. */
export async function openSharedEndpoints(
  services: readonly FrontedService[],
  definitions: readonly Pick<ServiceDefinition, 'routes'>[],
  publicUrl: string,
): Promise<Front> {
  // what is shared is set once for all services
  const { logLevel, trustedProxies } = services[0]?.context.config ?? { logLevel: 'info', trustedProxies: [] };
  const logger = createLogger({ level: logLevel, service: 'platform' });
  const metrics = openRegistry('platform', { ofProcess: true });
  const registries = [metrics, ...services.map(({ context }) => context.metrics)];

  const adapter = new HttpAdapter({ publicUrl, logger, trustedProxies });
  const fastify = adapter.getInstance();
  observeRequests(fastify, logger, metrics);
  registerProbes(fastify, {
    service: 'platform',
    readiness: async () =>
      mergeReadiness(await Promise.all(services.map(async (one) => [one.context.name, await one.readiness()]))),
    metrics: async () => mergeMetrics(await Promise.all(registries.map((registry) => registry.metrics()))),
  });
  registerDocs(fastify, { document: () => describeAll(definitions, publicUrl) });
  fastify.setNotFoundHandler((request, reply) => adapter.problems.send(new NotFoundException(), request, reply));
  fastify.setErrorHandler((error, request, reply) => adapter.problems.send(error, request, reply));
  await fastify.ready();
  return {
    handler: (request, response) => fastify.routing(request, response),
    onUnreadable: (error, socket) => {
      fastify.server.emit('clientError', error, socket);
    },
  };
}

const describeAll = (definitions: readonly Pick<ServiceDefinition, 'routes'>[], publicUrl: string): OpenApiDocument => {
  const servers = [publicUrl];
  const documents = definitions.map(({ routes }) => buildOpenApi({ routes, info: INFO, servers }));
  return mergeOpenApi(documents, INFO, servers);
};
