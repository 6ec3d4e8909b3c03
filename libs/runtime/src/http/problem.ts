import { HttpException } from '@nestjs/common';
import { ERRORS, type ErrorCode, type InvalidMember } from '@leasehold/contracts';
import { isUnreachable } from './database-faults.js';
import { ProblemError } from './problem-error.js';

/** The body of every error answer (RFC 9457). */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: ErrorCode;
  readonly requestId: string;
  readonly errors?: readonly InvalidMember[];
}

/** Where an error answer belongs. */
export interface ProblemPlace {
  readonly publicUrl: string;
  /** Path of the request, without its query: that may hold what does not belong into logs of errors. */
  readonly instance: string;
  readonly requestId: string;
}

/** The body of an error answer, for routes that are served without the filter as well. */
export const problemBody = (problem: ProblemError, place: ProblemPlace): ProblemBody => {
  const { status, sentence } = ERRORS[problem.code];
  return {
    type: `${place.publicUrl}/docs/errors/${problem.code}`,
    title: sentence,
    status,
    detail: problem.detail ?? sentence,
    instance: place.instance,
    code: problem.code,
    requestId: place.requestId,
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
  };
};

/** Anything thrown, as what the caller may know of it: nothing, where it is not one of our codes. */
export const problemOf = (error: unknown): ProblemError => {
  if (error instanceof ProblemError) return error;
  if (isUnreachable(error)) return unavailable(error);
  const status = statusOf(error);
  if (status === undefined) return new ProblemError('internal_error', { cause: error });
  return status === 503 ? unavailable(error) : new ProblemError(codeOf(status), { cause: error });
};

const unavailable = (cause: unknown): ProblemError =>
  new ProblemError('service_unavailable', { cause, headers: { 'Retry-After': '1' } });

/** The status that Nest or Fastify gave an error of theirs. */
const statusOf = (error: unknown): number | undefined => {
  if (error instanceof HttpException) return error.getStatus();
  if (!(error instanceof Error) || !('code' in error) || !('statusCode' in error)) return undefined;
  const { code, statusCode } = error;
  return typeof code === 'string' && code.startsWith('FST_') && typeof statusCode === 'number' ? statusCode : undefined;
};

const codeOf = (status: number): ErrorCode => {
  switch (status) {
    case 404:
    case 414: // a path parameter that is too long for any id
      return 'not_found';
    case 413:
      return 'body_too_large';
    case 415:
      return 'unsupported_media_type';
    default:
      return status >= 400 && status < 500 ? 'malformed_request' : 'internal_error';
  }
};
