import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { Histogram, type Registry } from 'prom-client';
import { findRequestState } from '../http/request-state.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route counts its requests itself and writes no line for each: for routes where that costs too much. */
    readonly hot?: boolean;
    /** Probes: their lines are for debugging. */
    readonly quiet?: boolean;
  }
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Gives each request but the hot ones one log line and one observation. */
export function observeRequests(fastify: FastifyInstance, logger: Logger, metrics: Registry): void {
  const durations = new Histogram({
    name: 'leasehold_http_request_duration_seconds',
    help: 'Time from the request to the end of its answer, by route template.',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers: [metrics],
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const { hot, quiet } = request.routeOptions.config;
    if (hot !== true) {
      const route = request.routeOptions.url ?? 'none';
      durations.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1_000);
      const level = quiet === true ? 'debug' : reply.statusCode >= 500 ? 'error' : 'info';
      logger[level](lineOf(request, reply, route), 'request');
    }
    done();
  });
}

/** One wide line a request. The query is left out: it may name a customer. */
function lineOf(request: FastifyRequest, reply: FastifyReply, route: string): Record<string, unknown> {
  const caller = findRequestState(request)?.caller;
  return {
    requestId: request.id,
    method: request.method,
    route,
    path: request.url.split('?', 1)[0]?.slice(0, 200),
    status: reply.statusCode,
    durationMs: Math.round(reply.elapsedTime * 100) / 100,
    client: request.ip,
    tenantId: caller?.tenantId,
    apiKeyId: caller?.apiKeyId,
  };
}
