import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Caller } from '@leasehold/runtime';
import { RateLimiter, type RateLimiterOptions } from './rate-limiter.js';

const anonymous: Caller = { kind: 'anonymous', scopes: [] };
const keyed = (apiKeyId: string, rate?: Caller['rate']): Caller => ({
  kind: 'secret',
  apiKeyId,
  scopes: [],
  ...(rate === undefined ? {} : { rate }),
});
const OPTIONS: RateLimiterOptions = {
  secret: { perSecond: 100, burst: 200 },
  publishable: { perSecond: 50, burst: 100 },
  anonymous: { perSecond: 20, burst: 40 },
  replicas: 1,
  slots: 10_000,
};

let limiter: RateLimiter;
beforeEach(() => {
  limiter = new RateLimiter(OPTIONS);
});

/** How many of `count` requests are answered at once, held, refused. */
const ask = (caller: Caller, count: number, { license = 'lic', client = 'c', now = 0 } = {}) => {
  const outcome = { atOnce: 0, held: 0, refused: 0 };
  for (let n = 0; n < count; n += 1) {
    const { holdMs, retryAfterMs } = limiter.admit(caller, license, client, 1, now);
    outcome[retryAfterMs > 0 ? 'refused' : holdMs > 0 ? 'held' : 'atOnce'] += 1;
  }
  return outcome;
};

describe('the rate limiter', () => {
  it('counts by API key, whatever it asks for and from where', () => {
    ask(keyed('a'), 150, { license: 'one', client: 'x' });
    expect(ask(keyed('a'), 60, { license: 'other', client: 'y' })).toMatchObject({ atOnce: 50, held: 10 });
    expect(ask(keyed('b'), 60)).toMatchObject({ atOnce: 60 });
  });

  it('counts by license and client without a key', () => {
    expect(ask(anonymous, 50)).toEqual({ atOnce: 40, held: 10, refused: 0 });
    expect(ask(anonymous, 40, { license: 'other' })).toMatchObject({ atOnce: 40 });
    expect(ask(anonymous, 40, { client: 'other' })).toMatchObject({ atOnce: 40 });
  });

  it('takes the rate of the key before that of its kind', () => {
    expect(ask(keyed('a', { perSecond: 1, burst: 3 }), 40)).toEqual({ atOnce: 3, held: 32, refused: 5 });
  });

  it('allows its part of each rate when several validators share the load', () => {
    limiter = new RateLimiter({ ...OPTIONS, replicas: 4 });
    expect(ask(keyed('a'), 300)).toEqual({ atOnce: 50, held: 50, refused: 200 });
  });

  it('never gives one caller more than a tenth of the places', () => {
    limiter = new RateLimiter({ ...OPTIONS, slots: 100 });
    expect(ask(keyed('a'), 230)).toEqual({ atOnce: 200, held: 10, refused: 20 });
    expect(ask(keyed('b'), 205)).toEqual({ atOnce: 200, held: 5, refused: 0 });
    expect(limiter.held).toBe(15);
  });

  it('gives a place back when its hold is over, and keeps what was reserved', () => {
    limiter = new RateLimiter({ ...OPTIONS, slots: 100 });
    ask(keyed('a'), 210);
    limiter.release(keyed('a'), '', '');
    expect(limiter.held).toBe(9);
    const { holdMs } = limiter.admit(keyed('a'), '', '', 1, 0);
    expect(holdMs).toBeCloseTo(110, 6);
  });

  it('tells the truth in its headers', () => {
    const { headers } = limiter.admit(anonymous, 'lic', 'c', 1, 0);
    expect(headers).toEqual(['RateLimit-Policy', '"validation";q=40;w=2', 'RateLimit', '"validation";r=39;t=1']);
  });

  it('forgets callers that owe nothing', () => {
    for (let n = 0; n < 1_000; n += 1) ask(anonymous, 1, { license: `lic-${n}` });
    expect(limiter.cells).toBe(1_000);
    ask(anonymous, 1, { now: 2_000 });
    expect(limiter.cells).toBe(1);
  });

  it('counts garbage of any length', () => {
    const license = 'x'.repeat(10_000);
    expect(ask(anonymous, 50, { license })).toMatchObject({ atOnce: 40, held: 10 });
  });
});
