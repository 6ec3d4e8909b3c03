import type { StoredAnswer } from './idempotency-entry.js';

/** Ends a request in the guard with the answer that was given before. The filter sends it. */
export class ReplayedAnswer extends Error {
  readonly answer: StoredAnswer;

  constructor(answer: StoredAnswer) {
    super('answered before');
    this.answer = answer;
  }
}
