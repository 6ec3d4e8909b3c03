import { validationRoutes } from '@leasehold/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HOT_PATH, type HotRoute, MOST_BODY_BYTES } from './hot-route.js';

const BATCH_PATH = validationRoutes.validateBatch.path;
const PREFLIGHT_HEADERS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'POST, OPTIONS',
  'Access-Control-Allow-Headers': 'Authorization, Content-Type, X-Request-Id',
  'Access-Control-Max-Age': '86400',
} as const;

/**
 * Serves the hot route in front of Fastify: a request with exactly this method and target never enters its router. The
 * route is registered as well, for targets that are spelled otherwise (a query), and so that it is part of what the
 * application is known to serve. Browsers may ask it, and the batch route, from any page.
 */
export function registerHotRoute(fastify: FastifyInstance, hotRoute: HotRoute): void {
  void fastify.post(HOT_PATH, { bodyLimit: MOST_BODY_BYTES, config: { hot: true } }, (request, reply) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    void reply.hijack();
    hotRoute.answer(request.raw, reply.raw, body);
  });
  const preflight = (_request: FastifyRequest, reply: FastifyReply): void => {
    void reply.code(204).headers(PREFLIGHT_HEADERS).send();
  };
  void fastify.options(HOT_PATH, { config: { hot: true } }, preflight);
  void fastify.options(BATCH_PATH, { config: { hot: true } }, preflight);
  // answers of the batch route are Nest's, errors too, and must be open to the pages whose preflight was answered
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.url === BATCH_PATH) void reply.header('Access-Control-Allow-Origin', '*');
    done();
  });
  const rest = fastify.routing.bind(fastify);
  fastify.routing = (request, response) => {
    if (request.url === HOT_PATH && request.method === 'POST') hotRoute.handle(request, response);
    else rest(request, response);
  };
}
