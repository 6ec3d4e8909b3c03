import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { RouteDefinition } from '@leasehold/contracts';
import type { FastifyRequest } from 'fastify';
import { admit } from './access.js';
import type { Authenticator, Caller } from './caller.js';
import type { Idempotency } from './idempotency.js';
import { UNKEYED } from './idempotency-entry.js';
import { parseIfMatch } from './if-match.js';
import { parseInput, readBody } from './parse-input.js';
import { ReplayedAnswer } from './replayed-answer.js';
import { type RequestState, setRequestState } from './request-state.js';
import { routeOf } from './route-decorator.js';

/**
 * What happens to every request before its handler, in this order: who calls and may they (401, 403), can the request be
 * read (400, 404, 415, 422), and is its `Idempotency-Key` free (409, 422, or the first answer again).
 */
export class RouteGuard implements CanActivate {
  readonly #authenticator: () => Authenticator;
  readonly #idempotency: Idempotency;

  constructor(authenticator: () => Authenticator, idempotency: Idempotency) {
    this.#authenticator = authenticator;
    this.#idempotency = idempotency;
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const route = routeOf(context.getHandler());
    if (route === undefined) throw new Error('a handler without @Route() has no rule for who may call it');
    const caller = admit(route, request.headers.authorization, this.#authenticator());
    return caller instanceof Promise
      ? caller.then((known) => this.#enter(route, known, request))
      : this.#enter(route, caller, request);
  }

  #enter(route: RouteDefinition, caller: Caller, request: FastifyRequest): boolean | Promise<boolean> {
    const sent = readBody(route, request);
    const state: RequestState = {
      route,
      caller,
      input: parseInput(route, request, sent),
      expectedVersion: route.ifMatch === true ? parseIfMatch(request.headers['if-match']) : undefined,
      idempotency: UNKEYED,
    };
    setRequestState(request, state);
    const key = route.idempotent === true ? request.headers['idempotency-key'] : undefined;
    return key === undefined ? true : this.#reserve(state, String(key), request, sent);
  }

  async #reserve(state: RequestState, key: string, request: FastifyRequest, sent: unknown): Promise<boolean> {
    const target = `${request.method} ${request.url}`;
    const outcome = await this.#idempotency.reserve({ caller: state.caller, key, target, body: sent });
    if (outcome.kind === 'replay') throw new ReplayedAnswer(outcome.answer);
    setRequestState(request, { ...state, idempotency: outcome.entry });
    return true;
  }
}
