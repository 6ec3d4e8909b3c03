import type { ErrorCode, InvalidMember } from '@leasehold/contracts';

export interface ProblemOptions {
  /** What is particular about this case, for the caller to read; the code's sentence if absent. */
  readonly detail?: string;
  readonly errors?: readonly InvalidMember[];
  readonly cause?: unknown;
  /** Headers of the answer, e.g. `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A refusal of a request by a code of the registry. Thrown at the rim of a service (parsing, guards, controllers) and
 * answered as `application/problem+json` by the one filter. All of it but `cause` is shown to the caller.
 *
 * @example throw new ProblemError('license.not_found');
 */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly errors: readonly InvalidMember[] | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;

  constructor(code: ErrorCode, options: ProblemOptions = {}) {
    super(options.detail ?? code, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.detail = options.detail;
    this.errors = options.errors;
    this.headers = options.headers;
  }
}
