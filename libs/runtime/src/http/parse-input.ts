import { ERRORS, type ErrorCode, type RouteDefinition } from '@leasehold/contracts';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { invalidMembers, pointerTo } from './invalid-members.js';
import { ProblemError } from './problem-error.js';
import { faultOfText, readJson } from './read-json.js';

/** As `RouteInput`, without the route's types; `sent` is the body as it came, without its `null` members. */
export interface ParsedInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

const NOTHING: Readonly<Record<string, never>> = Object.freeze({});
const JSON_ONLY = ['application/json'] as const;

/** The JSON of a request's body; `undefined` without one. Throws as {@link parseInput}. */
export const readBody = (route: RouteDefinition, request: FastifyRequest): unknown => {
  if (route.body === undefined) return undefined;
  const bytes = request.body;
  if (!(bytes instanceof Uint8Array) || bytes.length === 0) return undefined;
  checkContentType(route, request);
  return readJson(bytes);
};

/**
 * Parses a request by the schemas of its route; `sent` is what {@link readBody} read.
 *
 * A path parameter of the wrong shape names nothing, so it is answered like an id that does not exist: with the first
 * 404 among the route's codes. An absent body is an empty object.
 *
 * @throws {ProblemError} `invalid_request`, `malformed_request`, `unsupported_media_type`, or a 404
 */
export const parseInput = (route: RouteDefinition, request: FastifyRequest, sent: unknown): ParsedInput => ({
  params: parseParams(route, request.params),
  query: route.query === undefined ? NOTHING : parseQuery(route.query, request.query),
  body: route.body === undefined ? undefined : parseBody(route.body, sent),
});

const parseParams = (route: RouteDefinition, params: unknown): unknown => {
  if (route.params === undefined) return NOTHING;
  const parsed = route.params.safeParse(params);
  if (!parsed.success || Object.values(params as object).some((text) => faultOfText(String(text)) !== undefined)) {
    throw new ProblemError(notFoundOf(route));
  }
  return parsed.data;
};

const notFoundOf = (route: RouteDefinition): ErrorCode =>
  route.errors?.find((code) => ERRORS[code].status === 404) ?? 'not_found';

const parseQuery = (schema: z.ZodType, query: unknown): unknown => {
  for (const [name, value] of Object.entries(query as Record<string, unknown>)) {
    const fault = typeof value === 'string' ? faultOfText(value) : 'must be given once';
    if (fault !== undefined) {
      const pointer = `query${pointerTo([name])}`.toWellFormed();
      throw new ProblemError('invalid_request', { errors: [{ pointer, message: fault }] });
    }
  }
  const parsed = schema.safeParse(query);
  if (!parsed.success) throw new ProblemError('invalid_request', { errors: invalidMembers(parsed.error, 'query') });
  return parsed.data;
};

const parseBody = (schema: z.ZodType, sent: unknown): unknown => {
  const parsed = schema.safeParse(sent ?? {});
  if (!parsed.success) throw new ProblemError('invalid_request', { errors: invalidMembers(parsed.error, 'body') });
  return parsed.data;
};

const checkContentType = (route: RouteDefinition, request: FastifyRequest): void => {
  if (route.anyBodyType === true) return;
  const types = route.bodyTypes ?? JSON_ONLY;
  const header = request.headers['content-type'];
  const encoding = request.headers['content-encoding'];
  // nearly all requests say exactly this
  if (encoding === undefined && types === JSON_ONLY && header === 'application/json') return;
  const [type = '', ...parameters] = (header ?? '').split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  const isUtf8 = charset === undefined || charset.replaceAll('"', '') === 'utf-8' || charset === 'utf8';
  if (!types.includes(type) || !isUtf8 || (encoding !== undefined && encoding.toLowerCase() !== 'identity')) {
    throw new ProblemError('unsupported_media_type', {
      detail: `The body must be ${types.join(' or ')} in UTF-8, not compressed.`,
    });
  }
};
