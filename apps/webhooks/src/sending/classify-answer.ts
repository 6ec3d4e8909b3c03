import type { Answer, BrokenCode } from './answer.js';
import { parseRetryAfter } from './parse-retry-after.js';

/** What an attempt is called when it failed. */
export type AttemptError = BrokenCode | 'redirect_refused' | 'gone' | 'unexpected_status';

/** What an answer means for the delivery and its endpoint. */
export type Verdict =
  | { readonly kind: 'succeeded' }
  | {
      readonly kind: 'failed';
      readonly error: AttemptError;
      /** The receiver asked not to be called before; epoch milliseconds. */
      readonly notBefore: number | undefined;
    }
  /** The receiver wants no more webhooks, ever. */
  | { readonly kind: 'gone' }
  /** It does not count. */
  | { readonly kind: 'own_fault'; readonly cause: unknown };

const THROTTLING = [429, 503];

/** Judges an answer: only 2xx is success, a redirect is a failure, 410 ends it. */
export function classifyAnswer(answer: Answer, now: number): Verdict {
  switch (answer.kind) {
    case 'own_fault':
      return answer;
    case 'broken':
      return { kind: 'failed', error: answer.error, notBefore: undefined };
    case 'answered':
      return classifyStatus(answer.statusCode, answer.retryAfter, now);
  }
}

function classifyStatus(statusCode: number, retryAfter: string | undefined, now: number): Verdict {
  if (statusCode >= 200 && statusCode < 300) return { kind: 'succeeded' };
  if (statusCode === 410) return { kind: 'gone' };
  const notBefore = THROTTLING.includes(statusCode) ? parseRetryAfter(retryAfter, now) : undefined;
  const isRedirect = statusCode >= 300 && statusCode < 400;
  return { kind: 'failed', error: isRedirect ? 'redirect_refused' : 'unexpected_status', notBefore };
}
