import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { requestState, type RequestState } from './request-state.js';

const reading = (read: (state: RequestState) => unknown): (() => ParameterDecorator) =>
  createParamDecorator((_data: unknown, context: ExecutionContext) =>
    read(requestState(context.switchToHttp().getRequest<FastifyRequest>())),
  );

/** What the request says, parsed by the route's schemas: `RouteInput<typeof route>`. */
export const Input = reading((state) => state.input);

/** Who makes the request: a {@link Caller}. */
export const CallerOf = reading((state) => state.caller);

/** The version the request expects the object to have; `undefined` for any. Only on routes with `ifMatch`. */
export const IfMatch = reading((state) => state.expectedVersion);

/** The request's {@link IdempotencyEntry}, for a use case that finishes it in its own transaction. */
export const IdempotencyOf = reading((state) => state.idempotency);
