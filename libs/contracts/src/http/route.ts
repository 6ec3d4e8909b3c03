import type { z } from 'zod';
import type { ErrorCode } from '../errors.js';
import type { Scope } from '../scopes.js';
import type { ServiceName } from '../services.js';

/** Who may call a route. `validation` takes a publishable key, a secret key, or none. */
export type Access =
  | { readonly kind: 'public' }
  | { readonly kind: 'validation' }
  | { readonly kind: 'operator' }
  | { readonly kind: 'secret'; readonly scope: Scope };

/** What a route answers when all goes well. */
export interface Answer {
  readonly status: number;
  readonly description: string;
  readonly schema?: z.ZodType;
  /** Names of headers that carry meaning, e.g. `ETag`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * One route of the HTTP API: the source of its handler's parsing, its access rule and its OpenAPI operation.
 * Paths use `:name` for parameters, as Nest does.
 */
export interface RouteDefinition {
  readonly operationId: string;
  readonly service: ServiceName;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: `/${string}`;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Content types the body may have; `application/json` unless told. */
  readonly bodyTypes?: readonly string[];
  /** Reads the body as one of them whatever its content type says: no 415. */
  readonly anyBodyType?: boolean;
  /** Takes `Idempotency-Key`: a mutation whose first answer is given again. */
  readonly idempotent?: boolean;
  /** Takes `If-Match` with the version of the object. */
  readonly ifMatch?: boolean;
  readonly answer: Answer;
  /** Codes this route can answer with beyond those every route of its access kind has. */
  readonly errors?: readonly ErrorCode[];
}

/** Keeps the literal types of a route. */
export const route = <const R extends RouteDefinition>(definition: R): R => definition;

type Output<T, Else> = T extends z.ZodType ? z.output<T> : Else;

/** What a handler of the route is given after parsing. */
export interface RouteInput<R extends RouteDefinition> {
  readonly params: Output<R['params'], Record<string, never>>;
  readonly query: Output<R['query'], Record<string, never>>;
  readonly body: Output<R['body'], undefined>;
}
