import { randomBytes } from 'node:crypto';

const GIVEN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** Tells processes apart; the counter tells requests apart. Names only, nothing is decided by them. */
const process = randomBytes(6).toString('hex');
let count = 0;

/** The id of a request in answers and logs: the caller's own `X-Request-Id` where it is one. */
export const nextRequestId = (given: string | string[] | undefined): string => {
  if (typeof given === 'string' && GIVEN.test(given)) return given;
  count += 1;
  return `req_${process}${count.toString(36).padStart(6, '0')}`;
};
