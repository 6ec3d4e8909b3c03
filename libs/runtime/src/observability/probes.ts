import type { FastifyInstance } from 'fastify';
import { VERSION } from '../service/version.js';
import type { Readiness } from './readiness.js';

export interface Probes {
  /** A service, or `platform`. */
  readonly service: string;
  readonly readiness: () => Promise<Readiness>;
  /** Prometheus text. */
  readonly metrics: () => Promise<string>;
}

const quiet = { config: { quiet: true } };

/**
 * `/livez` asks nothing but this process: a database that is down is no reason to restart it. `/readyz` asks what the
 * service needs.
 */
export function registerProbes(fastify: FastifyInstance, { service, readiness, metrics }: Probes): void {
  fastify.get('/livez', quiet, (_request, reply) => reply.send({ status: 'ok' }));
  fastify.get('/readyz', quiet, async (_request, reply) => {
    const { ready, report } = await readiness();
    return reply
      .code(ready ? 200 : 503)
      .header('Cache-Control', 'no-store')
      .send(report);
  });
  fastify.get('/metrics', quiet, async (_request, reply) =>
    reply.header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8').send(await metrics()),
  );
  fastify.get('/version', quiet, (_request, reply) =>
    reply.send({ name: 'leasehold', service, version: VERSION, node: process.version }),
  );
}
