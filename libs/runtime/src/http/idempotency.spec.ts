import { expect, it } from '@jest/globals';
import { ERRORS, type ErrorDefinition } from '@leasehold/contracts';
import { mayGoOtherwise } from './idempotency.js';

it('an answer is kept unless its code says that the same request may succeed later', () => {
  for (const [code, { status, retryable }] of Object.entries<ErrorDefinition>(ERRORS)) {
    const answer = { status, headers: {}, body: JSON.stringify({ code }) };
    expect([code, mayGoOtherwise(answer)]).toEqual([code, retryable]);
  }
});

it('what went well is kept, with a body or without', () => {
  for (const status of [200, 201, 202, 204]) expect(mayGoOtherwise({ status, headers: {}, body: '' })).toBe(false);
});
