import { expect, it } from '@jest/globals';
import { ERRORS, type ErrorDefinition } from '@leasehold/contracts';
import { isRetryableStatus } from './idempotency.js';

it('the statuses whose answers are not kept are those of the codes that may go otherwise next time', () => {
  // the one is answered before a handler runs, the other is a passing accident of chance
  const exceptions = ['idempotency_in_flight', 'license.already_exists'];
  for (const [code, { status, retryable }] of Object.entries<ErrorDefinition>(ERRORS)) {
    if (!exceptions.includes(code)) expect([code, isRetryableStatus(status)]).toEqual([code, retryable]);
  }
});
