import { describe, expect, it } from '@jest/globals';
import { errors } from 'undici';
import { brokenAnswer } from './broken-code.js';
import { classifyAnswer } from './classify-answer.js';

const NOW = Date.parse('2026-03-01T00:00:00Z');
const HOUR = 3_600_000;
const answered = (statusCode: number, retryAfter?: string) =>
  classifyAnswer({ kind: 'answered', statusCode, retryAfter, excerpt: new Uint8Array() }, NOW);

describe('classifyAnswer', () => {
  it.each([200, 201, 202, 204, 226, 299])('takes %i for success', (status) => {
    expect(answered(status)).toEqual({ kind: 'succeeded' });
  });

  it.each([300, 301, 302, 303, 307, 308, 399])('takes %i for a redirect that is not followed: a failure', (status) => {
    expect(answered(status)).toEqual({ kind: 'failed', error: 'redirect_refused', notBefore: undefined });
  });

  it.each([400, 401, 403, 404, 409, 413, 422, 429, 500, 502, 503, 504, 599, 999])(
    'takes %i for a failure',
    (status) => {
      expect(answered(status)).toEqual({ kind: 'failed', error: 'unexpected_status', notBefore: undefined });
    },
  );

  it('takes 410 for the wish to hear no more', () => {
    expect(answered(410)).toEqual({ kind: 'gone' });
  });

  it('hands on what broke, and a fault of ours as none of the receiver', () => {
    expect(classifyAnswer({ kind: 'broken', error: 'timeout' }, NOW)).toMatchObject({
      kind: 'failed',
      error: 'timeout',
    });
    const cause = new Error('too many open files');
    expect(classifyAnswer({ kind: 'own_fault', cause }, NOW)).toEqual({ kind: 'own_fault', cause });
  });
});

describe('Retry-After', () => {
  const hint = (status: number, header: string): number | undefined => {
    const verdict = answered(status, header);
    return verdict.kind === 'failed' && verdict.notBefore !== undefined ? verdict.notBefore - NOW : undefined;
  };

  it.each([
    ['120', 120_000],
    [' 7 ', 7_000],
    ['Sun, 01 Mar 2026 00:30:00 GMT', HOUR / 2],
    ['99999', 6 * HOUR],
    ['9999999999', 6 * HOUR],
    ['Fri, 01 Jan 2100 00:00:00 GMT', 6 * HOUR],
  ])('%s is honored on 429 and 503, up to six hours', (header, expected) => {
    expect(hint(429, header)).toBe(expected);
    expect(hint(503, header)).toBe(expected);
  });

  it.each([
    '',
    '0',
    '-5',
    '1.5',
    'soon',
    '2026-03-01T00:30:00Z',
    'Sat, 28 Feb 2026 23:00:00 GMT',
    '99999999999999999999',
  ])('%j says nothing', (header) => {
    expect(hint(429, header)).toBeUndefined();
  });

  it.each([400, 500, 502, 301])('says nothing on %i', (status) => {
    expect(hint(status, '120')).toBeUndefined();
  });
});

describe('brokenAnswer', () => {
  const coded = (code: string): Error => Object.assign(new Error('connect 10.0.0.7:443'), { code });

  it.each([
    ['ADDRESS_REFUSED', 'address_refused'],
    ['ENOTFOUND', 'dns_failed'],
    ['EAI_AGAIN', 'dns_failed'],
    ['ECONNREFUSED', 'connection_refused'],
    ['ECONNRESET', 'connection_failed'],
    ['EHOSTUNREACH', 'connection_failed'],
    ['UND_ERR_SOCKET', 'connection_failed'],
    ['ETIMEDOUT', 'timeout'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
    ['CERT_HAS_EXPIRED', 'tls_failed'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls_failed'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls_failed'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls_failed'],
    ['UND_ERR_HEADERS_OVERFLOW', 'invalid_response'],
  ])('calls %s %s, without a word of the system', (code, error) => {
    expect(brokenAnswer(coded(code))).toEqual({ kind: 'broken', error });
  });

  it.each(['EMFILE', 'ENFILE', 'ENOBUFS', 'EADDRNOTAVAIL', 'UND_ERR_MAX_ORIGINS_REACHED'])(
    'takes %s for a fault of ours',
    (code) => {
      expect(brokenAnswer(coded(code))).toMatchObject({ kind: 'own_fault' });
    },
  );

  it('calls what is no HTTP so, though it may have no code', () => {
    expect(brokenAnswer(new errors.HTTPParserError('bad'))).toEqual({ kind: 'broken', error: 'invalid_response' });
  });

  it('takes what else has no code for a bug of ours', () => {
    expect(brokenAnswer(new TypeError('x is not a function'))).toMatchObject({ kind: 'own_fault' });
    expect(brokenAnswer('what')).toMatchObject({ kind: 'own_fault' });
  });
});
