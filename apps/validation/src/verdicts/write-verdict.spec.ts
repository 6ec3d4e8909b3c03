import { describe, expect, it } from '@jest/globals';
import type { Verdict } from '@leasehold/licensing';
import { aLicense, PRODUCT } from '../../test/running-validation.js';
import { createEntryMaker } from '../license-table/license-entry.js';
import { createTimeText } from './time-text.js';
import { type Judged, withReceipt, writeVerdict } from './write-verdict.js';

const NOW = Date.UTC(2026, 5, 1, 12, 0, 0, 250);
const SECOND = Math.floor(NOW / 1_000);
const pen = { issuer: '"https://licenses.example"', salt: () => 'salt', timeText: createTimeText() };
const license = aLicense({ expiresAt: NOW + 10_000_000_000, limits: { apiCalls: 10 } });
const entry = createEntryMaker()(license);
const granted: Verdict = {
  valid: true,
  code: 'valid',
  domain: 'www.example.com',
  matchedDomain: 'example.com',
  assurance: 'declared',
  environment: 'production',
  grace: false,
  graceEndsAt: null,
  warnings: [],
};
const judged = (changes: Partial<Judged> = {}): Judged => ({
  verdict: granted,
  entry,
  host: 'www.example.com',
  usage: [{ meter: 'apiCalls', used: 4, limit: 10, enforcement: 'hard', resetsAt: NOW + 5_000 }],
  nonce: 'nonce',
  now: NOW,
  stale: false,
  showsReasons: false,
  ...changes,
});
const write = (changes: Partial<Judged> = {}) => {
  const { head, payload } = writeVerdict(judged(changes), pen);
  return {
    answer: JSON.parse(withReceipt(head, 'a.b.c.d')) as Record<string, unknown>,
    receipt: JSON.parse(payload) as Record<string, unknown>,
    payload,
  };
};
const denied = (code: 'suspended' | 'not_found' | 'usage_exceeded'): Verdict => ({ valid: false, code, subject: null });

describe('the answer to a valid license', () => {
  it('says all that the contract names', () => {
    expect(write().answer).toEqual({
      valid: true,
      code: 'valid',
      licenseId: license.id,
      domain: 'www.example.com',
      matchedDomain: 'example.com',
      assurance: 'declared',
      environment: 'production',
      plan: 'professional',
      features: ['analytics'],
      limits: { apiCalls: 10 },
      usage: { apiCalls: { used: 4, remaining: 6, resetsAt: new Date(NOW + 5_000).toISOString() } },
      grace: false,
      expiresAt: new Date(NOW + 10_000_000_000).toISOString(),
      nonce: 'nonce',
      checkedAt: '2026-06-01T12:00:00.250Z',
      warnings: [],
      receipt: 'a.b.c.d',
    });
  });

  it('has a receipt with the same facts, fresh for five minutes and good for a day', () => {
    expect(write().receipt).toEqual({
      valid: true,
      code: 'valid',
      iss: 'https://licenses.example',
      sub: license.id,
      aud: PRODUCT,
      domain: 'www.example.com',
      environment: 'production',
      plan: 'professional',
      features: ['analytics'],
      limits: { apiCalls: 10 },
      grace: false,
      expiresAt: Math.floor((NOW + 10_000_000_000) / 1_000),
      nonce: 'nonce',
      jti: 'salt',
      iat: SECOND,
      fresh_until: SECOND + 300,
      exp: SECOND + 86_400,
    });
  });

  it('in grace has its end, and a receipt that does not outlast it', () => {
    const graceEndsAt = NOW + 60_000;
    const inGrace = createEntryMaker()({ ...license, expiresAt: graceEndsAt - 7 * 86_400_000, graceDays: 7 });
    const { answer, receipt } = write({ verdict: { ...granted, grace: true, graceEndsAt }, entry: inGrace });
    expect(answer).toMatchObject({ grace: true, graceEndsAt: new Date(graceEndsAt).toISOString() });
    expect(receipt).toMatchObject({
      grace: true,
      graceEndsAt: Math.floor(graceEndsAt / 1_000),
      fresh_until: SECOND + 60,
      exp: SECOND + 60,
    });
  });

  it('of a perpetual license has no end', () => {
    const { answer, receipt } = write({ entry: createEntryMaker()({ ...license, expiresAt: null }) });
    expect(answer).toHaveProperty('expiresAt', null);
    expect(receipt).not.toHaveProperty('expiresAt');
  });

  it('has no usage without a limit, and never a negative remainder', () => {
    expect(write({ usage: [] }).answer).not.toHaveProperty('usage');
    const over = [{ meter: 'apiCalls', used: 12, limit: 10, enforcement: 'soft', resetsAt: NOW }] as const;
    expect(write({ usage: over }).answer).toMatchObject({ usage: { apiCalls: { used: 12, remaining: 0 } } });
  });

  it.each(['quote " and \\', '\u2028é€😀', '\n\u0000', '<script>', 'a'.repeat(512)])(
    'echoes the nonce %j as it came',
    (nonce) => {
      const { answer, receipt } = write({ nonce });
      expect([answer['nonce'], receipt['nonce']]).toEqual([nonce, nonce]);
    },
  );

  it('of very many features leaves them out of the receipt, and keeps what binds it', () => {
    const features = Array.from({ length: 100 }, (_, at) => `feature-${at}-${'x'.repeat(50)}`);
    const { answer, receipt, payload } = write({ entry: createEntryMaker()({ ...license, features }) });
    expect(answer['features']).toEqual(features);
    expect(receipt).not.toHaveProperty('features');
    expect(receipt).toMatchObject({ valid: true, sub: license.id, nonce: 'nonce', domain: 'www.example.com' });
    expect(payload.length).toBeLessThan(5_600);
  });
});

describe('the answer to a refused one', () => {
  it('names the license, and its receipt is good only while it is fresh', () => {
    const { answer, receipt } = write({ verdict: denied('suspended') });
    expect(answer).toEqual({
      valid: false,
      code: 'suspended',
      licenseId: license.id,
      domain: 'www.example.com',
      grace: false,
      expiresAt: new Date(NOW + 10_000_000_000).toISOString(),
      nonce: 'nonce',
      checkedAt: '2026-06-01T12:00:00.250Z',
      warnings: [],
      receipt: 'a.b.c.d',
    });
    expect(receipt).toEqual({
      valid: false,
      code: 'suspended',
      iss: 'https://licenses.example',
      sub: license.id,
      aud: PRODUCT,
      domain: 'www.example.com',
      nonce: 'nonce',
      jti: 'salt',
      iat: SECOND,
      fresh_until: SECOND + 300,
      exp: SECOND + 300,
    });
  });

  it('gives the reasons of a suspension to those who may read them only', () => {
    const suspended = createEntryMaker()({ ...license, suspensions: ['billing', 'abuse'] });
    const verdict = denied('suspended');
    expect(write({ verdict, entry: suspended, showsReasons: true }).answer['reasons']).toEqual(['billing', 'abuse']);
    expect(write({ verdict, entry: suspended }).answer).not.toHaveProperty('reasons');
  });

  it('says nothing of a license that was not found', () => {
    const { answer, receipt } = write({ verdict: denied('not_found'), entry: undefined, host: undefined });
    for (const member of ['licenseId', 'domain', 'expiresAt', 'plan']) expect(answer).not.toHaveProperty(member);
    for (const member of ['sub', 'aud', 'domain']) expect(receipt).not.toHaveProperty(member);
  });

  it('does not count the call that a hard limit refused', () => {
    const usage = [{ meter: 'apiCalls', used: 11, limit: 10, enforcement: 'hard', resetsAt: NOW }] as const;
    const { answer } = write({ verdict: denied('usage_exceeded'), usage });
    expect(answer).toMatchObject({ usage: { apiCalls: { used: 10, remaining: 0 } } });
  });

  it('warns when the view of licenses is old', () => {
    expect(write({ verdict: denied('suspended'), stale: true }).answer['warnings']).toEqual(['stale_state']);
  });
});
