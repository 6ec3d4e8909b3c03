import { expect, it } from '@jest/globals';
import { nextRequestId } from './request-id.js';

it.each(['a', 'Z9', 'from-caller.1', 'a_b', `a${'x'.repeat(63)}`])('the id %s of the caller is kept', (given) => {
  expect(nextRequestId(given)).toBe(given);
});

it.each([undefined, '', ' a', '.a', '-a', 'a b', 'a"b', 'a\nb', 'é', `a${'x'.repeat(64)}`, ['a', 'b']])(
  '%j is no id, so the request gets one of ours',
  (given) => {
    expect(nextRequestId(given)).toMatch(/^req_[0-9a-f]{12}[0-9a-z]{6}$/);
  },
);

it('no two requests get the same id', () => {
  const ids = Array.from({ length: 1_000 }, () => nextRequestId(undefined));
  expect(new Set(ids).size).toBe(1_000);
});
