import type { RouteDefinition } from '@leasehold/contracts';
import type { FastifyRequest } from 'fastify';
import type { Caller } from './caller.js';
import type { IdempotencyEntry } from './idempotency-entry.js';
import type { ParsedInput } from './parse-input.js';

/** What the guard has found out about a request, for the handler. */
export interface RequestState {
  readonly route: RouteDefinition;
  readonly caller: Caller;
  readonly input: ParsedInput;
  readonly expectedVersion: number | undefined;
  readonly idempotency: IdempotencyEntry;
}

/** Where the state hangs on Fastify's request; the adapter declares it, so that all requests have one shape. */
export const REQUEST_STATE = Symbol('request state');

interface Carrier {
  [REQUEST_STATE]?: RequestState | null;
}

export const setRequestState = (request: FastifyRequest, state: RequestState): void => {
  (request as Carrier)[REQUEST_STATE] = state;
};

export const findRequestState = (request: FastifyRequest): RequestState | undefined =>
  (request as Carrier)[REQUEST_STATE] ?? undefined;

export const requestState = (request: FastifyRequest): RequestState => {
  const state = findRequestState(request);
  if (state === undefined) throw new Error('@Input() and its siblings need a handler with @Route()');
  return state;
};
