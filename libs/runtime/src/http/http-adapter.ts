import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { Logger } from 'pino';
import { Answered, entityTag } from './answer.js';
import { problemBody } from './problem.js';
import { ProblemError } from './problem-error.js';
import { ProblemFilter } from './problem-filter.js';
import { RegisteredRoutes } from './registered-routes.js';
import { nextRequestId } from './request-id.js';
import { findRequestState, REQUEST_STATE } from './request-state.js';
import { UNKEYED } from './idempotency-entry.js';

export interface HttpAdapterOptions {
  readonly publicUrl: string;
  readonly logger: Pick<Logger, 'error' | 'warn'>;
  /** Peers whose `X-Forwarded-For` is believed. */
  readonly trustedProxies?: readonly string[];
}

const BODY_LIMIT = 1_048_576;
const MAX_PARAM_LENGTH = 1_024;
const REQUEST_TIMEOUT_MS = 30_000;
const KEPT_HEADERS = ['content-type', 'etag', 'location'] as const;

/**
 * Nest's Fastify adapter as all services use it. A body reaches the handler's pipeline as bytes, so that a request is
 * refused for its key before anything of it is read; hot routes on the instance get the bytes too.
 */
export class HttpAdapter extends FastifyAdapter {
  readonly routes: RegisteredRoutes;
  readonly problems: ProblemFilter;

  constructor({ publicUrl, logger, trustedProxies = [] }: HttpAdapterOptions) {
    const routes = new RegisteredRoutes();
    const problems = new ProblemFilter({ publicUrl, routes, logger });
    super({
      logger: false,
      bodyLimit: BODY_LIMIT,
      requestTimeout: REQUEST_TIMEOUT_MS,
      skipMiddie: true,
      multipart: false,
      trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
      routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
      genReqId: (request: IncomingMessage) => nextRequestId(request.headers['x-request-id']),
      frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
        void reply.header('X-Request-Id', request.id);
        problems.send(error, request, reply);
      },
      clientErrorHandler: (_error, socket) => answerUnreadable(socket, publicUrl),
    });
    this.routes = routes;
    this.problems = problems;
    const fastify = this.getInstance();
    fastify.addHook('onRoute', ({ method, url }: { method: HTTPMethods | HTTPMethods[]; url: string }) => {
      routes.add(method, url);
    });
    fastify.removeAllContentTypeParsers();
    fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    fastify.decorateRequest(REQUEST_STATE, null);
    fastify.addHook('onRequest', (request, reply, done) => {
      void reply.header('X-Request-Id', request.id);
      done();
    });
    fastify.addHook('onSend', (request, reply, payload, done) => {
      const entry = findRequestState(request)?.idempotency ?? UNKEYED;
      if (entry === UNKEYED) done(null, payload);
      else void entry.settle(storedAnswer(reply, payload)).then(() => done(null, payload));
    });
  }

  /** Takes apart what {@link Answered} wraps. */
  override reply(response: Parameters<FastifyAdapter['reply']>[0], body: unknown, statusCode?: number): FastifyReply {
    if (!(body instanceof Answered)) return super.reply(response, body, statusCode);
    const { etag, headers, status } = body.options;
    if (etag !== undefined) void this.setHeader(response, 'ETag', entityTag(etag));
    if (headers !== undefined) {
      for (const [name, value] of Object.entries(headers)) void this.setHeader(response, name, value);
    }
    return super.reply(response, body.body, status ?? statusCode);
  }

  /** Nest would add parsers of its own. */
  override registerParserMiddleware(): void {
    return;
  }
}

const storedAnswer = (reply: FastifyReply, payload: unknown) => {
  const headers: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = reply.getHeader(name);
    if (value !== undefined) headers[name] = String(value);
  }
  return { status: reply.statusCode, headers, body: textOf(payload) };
};

const textOf = (payload: unknown): string => {
  if (payload instanceof Uint8Array) return Buffer.from(payload).toString('utf8');
  return typeof payload === 'string' ? payload : '';
};

/** What is not HTTP has no request to answer to, so this goes to the socket. */
const answerUnreadable = (socket: Socket, publicUrl: string): void => {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const place = { publicUrl, instance: '', requestId: nextRequestId(undefined) };
  const body = JSON.stringify(problemBody(new ProblemError('malformed_request'), place));
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
};
