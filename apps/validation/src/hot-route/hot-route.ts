import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ErrorCode, type InvalidMember, validationRoutes } from '@leasehold/contracts';
import { type Caller, ProblemError, problemBody } from '@leasehold/runtime';
import { holdHeaders, retryHeaders } from '../rates/rate-headers.js';
import type { Admission, RateLimiter } from '../rates/rate-limiter.js';
import type { AwaitingReceipt } from '../receipts/receipt-desk.js';
import { isUnreadable, type Question, readQuestion } from '../verdicts/read-question.js';
import type { Validator } from '../verdicts/validator.js';
import { withReceipt, type WrittenVerdict } from '../verdicts/write-verdict.js';
import { endEarly } from './answer-early.js';
import type { Identified, IdentifyCaller } from './callers.js';
import { NO_JSON, readJson } from './read-json.js';

export const HOT_PATH = validationRoutes.validateLicense.path;

/** Longest body that is read. */
export const MOST_BODY_BYTES = 16_384;

const STATUS = {
  malformed_request: 400,
  unauthenticated: 401,
  invalid_api_key: 401,
  body_too_large: 413,
  rate_limited: 429,
  internal_error: 500,
  service_unavailable: 503,
} as const satisfies Partial<Record<ErrorCode, number>>;

export interface HotRouteOptions {
  readonly validator: Validator;
  readonly identify: IdentifyCaller;
  readonly limiter: RateLimiter;
  /** Name of the client that a request comes from. */
  readonly clientOf: (request: IncomingMessage) => string;
  /** Hands an answer to the receipt desk. */
  readonly awaitReceipt: (answer: AwaitingReceipt) => void;
  /** Whether the table has caught up: before that, `not_found` would not be true. */
  readonly isReady: () => boolean;
  readonly publicUrl: string;
  readonly now: () => number;
  /** The id of a request: what it calls itself by `X-Request-Id`, where that will do, or a new one. */
  readonly requestIdOf: (given: string | string[] | undefined) => string;
  /** Told of each answer: how long it took, in seconds, and its status. */
  readonly answered: (seconds: number, status: number) => void;
  readonly failed: (error: unknown) => void;
}

/** `POST /v1/licenses/validate` on the bare request and response of Node: nothing stands between them and the verdict. */
export class HotRoute {
  readonly #options: HotRouteOptions;

  constructor(options: HotRouteOptions) {
    this.#options = options;
  }

  /** Reads the body and answers; a body that is too long is answered as soon as it is. */
  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    const exchange = new Exchange(request, response, this.#options);
    let first: Buffer | undefined;
    let chunks: Buffer[] | undefined;
    let length = 0;
    const take = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > MOST_BODY_BYTES) {
        request.off('data', take).off('end', answer);
        exchange.refuse('body_too_large');
      } else if (first === undefined) first = chunk;
      else (chunks ??= [first]).push(chunk);
    };
    const answer = (): void => exchange.answer(chunks === undefined ? (first ?? EMPTY) : Buffer.concat(chunks));
    request.on('data', take).on('end', answer);
  };

  /** Answers a request whose body has been read. */
  answer(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    new Exchange(request, response, this.#options).answer(body);
  }
}

const EMPTY = Buffer.alloc(0);
const NO_HEADERS: readonly string[] = [];

/** One request on its way to its answer. */
class Exchange implements AwaitingReceipt {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #options: HotRouteOptions;
  readonly #startedAt = performance.now();
  #head = '';
  #rateHeaders: Admission['headers'] = NO_HEADERS;
  payload = '';
  jws = false;

  constructor(request: IncomingMessage, response: ServerResponse, options: HotRouteOptions) {
    this.#request = request;
    this.#response = response;
    this.#options = options;
  }

  answer(body: Buffer): void {
    try {
      const identified = this.#options.identify(this.#request.headers.authorization);
      if (identified instanceof Promise) {
        void identified.then((late) => this.#ask(late, body)).catch((error: unknown) => this.#failWith(error));
      } else this.#ask(identified, body);
    } catch (error) {
      this.#failWith(error);
    }
  }

  refuse(code: keyof typeof STATUS, errors?: readonly InvalidMember[]): void {
    const requestId = this.#requestId();
    const problem = new ProblemError(code, errors === undefined ? {} : { errors });
    const { publicUrl } = this.#options;
    const instance = (this.#request.url ?? '').split('?', 1)[0] ?? '';
    const text = JSON.stringify(problemBody(problem, { publicUrl, instance, requestId }));
    const status = STATUS[code];
    this.#send(status, text, requestId, [
      ...PROBLEM_HEADERS,
      ...(status === 401 ? ['WWW-Authenticate', 'Bearer realm="leasehold"'] : []),
      // the next request on this connection would stand behind the rest of the body
      ...(status === STATUS.body_too_large ? ['Connection', 'close'] : []),
      ...(status === 503 ? ['Retry-After', '1'] : []),
    ]);
  }

  sign(receipt: string): void {
    this.#send(200, withReceipt(this.#head, receipt), this.#requestId(), VERDICT_HEADERS);
  }

  fail(): void {
    this.refuse('service_unavailable');
  }

  #ask(identified: Identified, body: Buffer): void {
    if ('refused' in identified) {
      this.refuse(identified.refused);
      return;
    }
    if (!this.#options.isReady()) {
      this.refuse('service_unavailable');
      return;
    }
    const json = readJson(body);
    const question = json === NO_JSON ? undefined : readQuestion(json);
    if (question === undefined) this.refuse('malformed_request');
    else if (isUnreadable(question)) {
      this.refuse('malformed_request', [{ pointer: `body${question.pointer}`, message: question.message }]);
    } else {
      this.#admit(question, identified);
    }
  }

  #admit(question: Question, caller: Caller): void {
    const { limiter, clientOf, now } = this.#options;
    const client = clientOf(this.#request);
    const { licenseKey } = question;
    const { holdMs, retryAfterMs, headers } = limiter.admit(caller, licenseKey, client, 1, now());
    this.#rateHeaders = headers;
    if (retryAfterMs > 0) {
      this.#rateHeaders = [...headers, ...retryHeaders(retryAfterMs)];
      this.refuse('rate_limited');
    } else if (holdMs > 0) {
      this.#rateHeaders = [...headers, ...holdHeaders(holdMs)];
      this.#hold(holdMs, () => {
        limiter.release(caller, licenseKey, client);
        if (!this.#response.destroyed) this.#validate(question, caller, client);
      });
    } else this.#validate(question, caller, client);
  }

  /** A client that hangs up is not waited for. */
  #hold(holdMs: number, then: () => void): void {
    const go = (): void => {
      clearTimeout(timer);
      this.#response.off('close', go);
      try {
        then();
      } catch (error) {
        this.#failWith(error);
      }
    };
    const timer = setTimeout(go, holdMs);
    this.#response.once('close', go);
  }

  #validate(question: Question, caller: Caller, client: string): void {
    this.jws = question.jws;
    const { validator, now } = this.#options;
    const { origin } = this.#request.headers;
    const written = validator.answer({ question, caller, origin, client, now: now() });
    if (written instanceof Promise) {
      void written.then((late) => this.#await(late)).catch((error: unknown) => this.#failWith(error));
    } else this.#await(written);
  }

  #await({ head, payload }: WrittenVerdict): void {
    this.#head = head;
    this.payload = payload;
    this.#options.awaitReceipt(this);
  }

  #failWith(error: unknown): void {
    this.#options.failed(error);
    this.refuse('internal_error');
  }

  #requestId(): string {
    return this.#options.requestIdOf(this.#request.headers['x-request-id']);
  }

  #send(status: number, text: string, requestId: string, headers: readonly string[]): void {
    const response = this.#response;
    if (response.headersSent || response.destroyed) return;
    const length = Buffer.byteLength(text);
    const rate = this.#rateHeaders;
    // a literal is built faster than by `concat`
    const all = [...headers, ...rate, 'X-Request-Id', requestId, 'Content-Length', String(length)];
    response.writeHead(status, all);
    // as many bytes as characters: ASCII, which is written without being looked at again
    const encoding = length === text.length ? 'latin1' : 'utf8';
    if (status === STATUS.body_too_large) {
      response.write(text, encoding);
      endEarly(this.#request, response);
    } else response.end(text, encoding);
    this.#options.answered((performance.now() - this.#startedAt) / 1_000, status);
  }
}

// an answer to POST is kept by nobody who was not told to (RFC 9110, 9.3.3)
const OPEN_TO_ALL = ['Access-Control-Allow-Origin', '*'];
const VERDICT_HEADERS = ['Content-Type', 'application/json; charset=utf-8', ...OPEN_TO_ALL];
const PROBLEM_HEADERS = ['Content-Type', 'application/problem+json', ...OPEN_TO_ALL];
