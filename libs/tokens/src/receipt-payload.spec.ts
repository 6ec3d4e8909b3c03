import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY_SECONDS, NOW, NOW_SECONDS, payload } from '../test/samples.js';
import { readReceiptPayload, receiptTimes } from './receipt-payload.js';
import { parseStrictJson } from './strict-json.js';

test('a grant is fresh for five minutes and usable offline for a day', () => {
  expect(receiptTimes({ now: NOW + 999, valid: true })).toEqual({
    iat: NOW_SECONDS,
    fresh_until: NOW_SECONDS + 300,
    exp: NOW_SECONDS + DAY_SECONDS,
  });
});

test('a plan may shorten or lengthen the lease, up to thirty days', () => {
  expect(receiptTimes({ now: NOW, valid: true, leaseSeconds: 3600 }).exp).toBe(NOW_SECONDS + 3600);
  expect(receiptTimes({ now: NOW, valid: true, leaseSeconds: 60 })).toMatchObject({
    fresh_until: NOW_SECONDS + 60,
    exp: NOW_SECONDS + 60,
  });
  expect(receiptTimes({ now: NOW, valid: true, leaseSeconds: 90 * DAY_SECONDS }).exp).toBe(
    NOW_SECONDS + 30 * DAY_SECONDS,
  );
});

test('neither lifetime of a grant passes the end of grace', () => {
  expect(receiptTimes({ now: NOW, valid: true, endsAt: NOW + 7_200_500 }).exp).toBe(NOW_SECONDS + 7200);
  expect(receiptTimes({ now: NOW, valid: true, endsAt: NOW + 9_999 })).toEqual({
    iat: NOW_SECONDS,
    fresh_until: NOW_SECONDS + 9,
    exp: NOW_SECONDS + 9,
  });
});

test('a refusal gives nothing to go offline with', () => {
  const times = receiptTimes({ now: NOW, valid: false, leaseSeconds: DAY_SECONDS, endsAt: NOW + 1 });
  expect(times).toEqual({ iat: NOW_SECONDS, fresh_until: NOW_SECONDS + 300, exp: NOW_SECONDS + 300 });
});

test('whatever times are made, a verifier finds them within bounds', () => {
  const request = fc.record(
    {
      now: fc.integer({ min: 0, max: 4e12 }),
      valid: fc.boolean(),
      endsAt: fc.integer({ min: 0, max: 8e12 }),
      leaseSeconds: fc.integer({ min: 0, max: 1e9 }),
    },
    { requiredKeys: ['now', 'valid'], noNullPrototype: true },
  );
  fc.assert(
    fc.property(request, (some) => {
      const made = { ...payload, valid: some.valid, ...receiptTimes(some) };
      const read = parseStrictJson(Buffer.from(JSON.stringify(made)));
      expect(read.ok && readReceiptPayload(read)).toMatchObject({ ok: true });
    }),
    { seed: 6, numRuns: 500 },
  );
});
