import { type ArgumentsHost, Catch, type ExceptionFilter, NotFoundException } from '@nestjs/common';
import { ERRORS } from '@leasehold/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { problemBody, problemOf } from './problem.js';
import { ProblemError } from './problem-error.js';
import { pathOf, type RegisteredRoutes } from './registered-routes.js';
import { ReplayedAnswer } from './replayed-answer.js';

export interface ProblemFilterOptions {
  readonly publicUrl: string;
  readonly routes: RegisteredRoutes;
  readonly logger: Pick<Logger, 'error' | 'warn'>;
}

/** The one place that turns what was thrown into an answer: Nest's, Fastify's and our own errors alike. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #options: ProblemFilterOptions;

  constructor(options: ProblemFilterOptions) {
    this.#options = options;
  }

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.send(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  send(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    if (reply.sent || reply.raw.headersSent) {
      this.#options.logger.error({ err: thrown, requestId: request.id }, 'a request failed after its answer had begun');
      reply.raw.destroy();
      return;
    }
    if (thrown instanceof ReplayedAnswer) {
      const { status, headers, body } = thrown.answer;
      void reply
        .code(status)
        .headers(headers)
        .header('Idempotency-Replayed', 'true')
        .send(body === '' ? undefined : Buffer.from(body));
      return;
    }
    const problem =
      request.is404 && thrown instanceof NotFoundException ? this.#nothingHere(request) : problemOf(thrown);
    const { status } = ERRORS[problem.code];
    this.#log(problem, status, request);
    const { publicUrl } = this.#options;
    const body = problemBody(problem, { publicUrl, instance: pathOf(request.raw.url ?? ''), requestId: request.id });
    if (problem.headers !== undefined) void reply.headers(problem.headers);
    // as bytes, since Fastify would add a charset to the type of a text, which JSON types do not have
    void reply
      .code(status)
      .header('Content-Type', 'application/problem+json')
      .send(Buffer.from(JSON.stringify(body)));
  }

  #nothingHere(request: FastifyRequest): ProblemError {
    const allowed = this.#options.routes.allowed(request.raw.url ?? '');
    if (allowed.length === 0) return new ProblemError('not_found');
    return new ProblemError('method_not_allowed', { headers: { Allow: allowed.join(', ') } });
  }

  #log(problem: ProblemError, status: number, request: FastifyRequest): void {
    if (status < 500) return;
    const fields = { err: problem.cause ?? problem, requestId: request.id, method: request.method, code: problem.code };
    if (problem.code === 'service_unavailable') this.#options.logger.warn(fields, 'a request could not be served');
    else this.#options.logger.error(fields, 'a request failed');
  }
}
