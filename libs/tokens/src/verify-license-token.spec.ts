import { sign } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { jwtVerify, SignJWT } from 'jose';
import {
  base64url,
  claims,
  DAY_SECONDS,
  ISSUER,
  licenseKey,
  NOW,
  NOW_SECONDS,
  otherLicenseKey,
} from '../test/samples.js';
import { keySetOf } from './key-set.js';
import type { LicenseTokenClaims } from './license-token.js';
import { measureLicenseToken, signLicenseToken } from './sign-license-token.js';
import { verifyLicenseToken, type LicenseTokenExpectation } from './verify-license-token.js';

const keySet = keySetOf([licenseKey.verificationKey, otherLicenseKey.verificationKey]);
const token = signLicenseToken(claims, licenseKey);

const check = (text: string, changes: Partial<LicenseTokenExpectation> = {}) =>
  verifyLicenseToken(text, keySet, { issuer: ISSUER, now: NOW, ...changes });
const refusal = (text: string, changes: Partial<LicenseTokenExpectation> = {}): unknown => {
  const result = check(text, changes);
  return result.ok ? 'ok' : [result.refusal.code, result.refusal.reason, result.refusal.member];
};

/** A token with a right signature over claims that our signer would not sign. */
function signAnyway(changes: object): string {
  const input = [
    { alg: 'EdDSA', typ: 'license+jwt', kid: licenseKey.kid },
    { ...claims, ...changes },
  ]
    .map((part) => base64url(JSON.stringify(part)))
    .join('.');
  return `${input}.${base64url(sign(null, Buffer.from(input), licenseKey.privateKey))}`;
}

describe('a license token', () => {
  test('is read back as it was signed', () => {
    expect(check(token)).toEqual({ ok: true, kid: licenseKey.kid, claims, grace: false });
  });

  test('is a JWT that jose verifies', async () => {
    const { payload, protectedHeader } = await jwtVerify(token, licenseKey.verificationKey.publicKey, {
      issuer: ISSUER,
      audience: 'prod_1',
      typ: 'license+jwt',
      algorithms: ['EdDSA'],
      currentDate: new Date(NOW),
    });
    expect(payload).toEqual(claims);
    expect(protectedHeader).toEqual({ alg: 'EdDSA', typ: 'license+jwt', kid: licenseKey.kid });
  });

  test('signed by jose is accepted too', async () => {
    const theirs = await new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'Ed25519', typ: 'license+jwt', kid: licenseKey.kid })
      .sign(licenseKey.privateKey);
    expect(check(theirs)).toMatchObject({ ok: true, claims });
  });

  test('has the same bytes for the same claims, in whatever order they were put together', () => {
    const shuffled = Object.fromEntries(Object.entries(claims).reverse()) as unknown as LicenseTokenClaims;
    const limits = { seats: 10, apiCalls: 50_000 };
    expect(signLicenseToken({ ...shuffled, limits }, licenseKey)).toBe(token);
  });

  test('never carries members that are no claims of license tokens', () => {
    const extended = { ...claims, customer: 'someone@example.com' };
    expect(signLicenseToken(extended, licenseKey)).toBe(token);
  });

  test('is as long as measured', () => {
    for (const features of [[], ['a'], ['ab'], ['abc'], ['ü'], ['abcdefgh', 'ijk']]) {
      const measured = measureLicenseToken({ ...claims, features });
      expect(signLicenseToken({ ...claims, features }, licenseKey).length).toBe(measured);
    }
  });

  test('is not signed beyond 8 KiB, and is at 8 KiB', () => {
    const sized = (length: number): LicenseTokenClaims => ({ ...claims, features: ['x'.repeat(length)] });
    let length = 5000;
    while (measureLicenseToken(sized(length + 1)) <= 8192) length++;
    expect(check(signLicenseToken(sized(length), licenseKey)).ok).toBe(true);
    expect(() => signLicenseToken(sized(length + 1), licenseKey)).toThrow(RangeError);
  });

  test.each([
    ['a missing subject', { sub: '' }],
    ['a fractional time', { iat: 1.5 }],
    ['a negative time', { nbf: -1 }],
    ['a limit that is no number', { limits: { seats: Number.NaN } }],
    ['more than a hundred years', { exp: claims.iat + 36_525 * DAY_SECONDS + 1 }],
    ['half a surrogate pair', { plan: '\ud800' }],
  ])('is not signed with %s', (_, changes) => {
    expect(() => signLicenseToken({ ...claims, ...changes }, licenseKey)).toThrow(TypeError);
  });
});

test('one flipped bit in any character of the token is refused', () => {
  for (let at = 0; at < token.length; at++) {
    for (const bit of [1, 2, 4, 8, 16, 32, 64]) {
      const changed = token.slice(0, at) + String.fromCharCode(token.charCodeAt(at) ^ bit) + token.slice(at + 1);
      expect(check(changed).ok).toBe(false);
    }
  }
});

describe('a signature is refused', () => {
  const [head = '', body = '', signature = ''] = token.split('.');
  test.each([
    ['of another token', signLicenseToken({ ...claims, ver: 4 }, licenseKey).split('.')[2]],
    ['by another key of ours', signLicenseToken(claims, otherLicenseKey).split('.')[2]],
    ['that is cut', Buffer.from(signature, 'base64url').subarray(0, 63).toString('base64url')],
    ['that is longer', Buffer.concat([Buffer.from(signature, 'base64url'), Buffer.alloc(1)]).toString('base64url')],
    ['of zeros', base64url(Buffer.alloc(64))],
  ])('%s', (_, other) => {
    expect(refusal(`${head}.${body}.${other}`)).toEqual(['bad_signature', 'signature_mismatch', undefined]);
  });
});

describe('the issuer', () => {
  test('must be the one, one of several, or one that the rule takes', () => {
    expect(refusal(token, { issuer: 'https://other.example/t/ten_1' })).toEqual([
      'unknown_key',
      'issuer_mismatch',
      'iss',
    ]);
    expect(refusal(token, { issuer: [] })).toEqual(['unknown_key', 'issuer_mismatch', 'iss']);
    expect(refusal(token, { issuer: ['https://old.example/t/ten_1', ISSUER] })).toBe('ok');
    expect(refusal(token, { issuer: () => false })).toEqual(['unknown_key', 'issuer_mismatch', 'iss']);
  });

  test("is judged together with the key, so that one tenant's key never speaks for another tenant", () => {
    const tenantOf = new Map([
      [licenseKey.kid, 'ten_1'],
      [otherLicenseKey.kid, 'ten_2'],
    ]);
    const issuer = (iss: string, kid: string): boolean => iss === `https://licenses.example.com/t/${tenantOf.get(kid)}`;
    expect(refusal(token, { issuer })).toBe('ok');
    expect(refusal(signLicenseToken(claims, otherLicenseKey), { issuer })).toEqual([
      'unknown_key',
      'issuer_mismatch',
      'iss',
    ]);
  });

  test('is not begun with, nor compared as a pattern', () => {
    expect(refusal(token, { issuer: `${ISSUER}0` })).not.toBe('ok');
    expect(refusal(token, { issuer: ISSUER.slice(0, -1) })).not.toBe('ok');
  });
});

test('a token for another product is refused where a product is expected', () => {
  expect(refusal(token, { audience: 'prod_1' })).toBe('ok');
  expect(refusal(token, { audience: 'prod_2' })).toEqual(['wrong_type', 'audience_mismatch', 'aud']);
  expect(refusal(signAnyway({ aud: ['prod_1', 'prod_2'] }), { audience: 'prod_1' })).not.toBe('ok');
});

describe('time', () => {
  const exp = claims.exp ?? 0;
  const at = (seconds: number, offsetMs = 0) => ({ now: seconds * 1000 + offsetMs });

  test('ends at exp, then grace carries it to the millisecond', () => {
    expect(check(token, at(exp, -1))).toMatchObject({ ok: true, grace: false });
    expect(check(token, at(exp))).toMatchObject({ ok: true, grace: true });
    expect(check(token, at(exp + claims.grace, -1))).toMatchObject({ ok: true, grace: true });
    expect(refusal(token, at(exp + claims.grace))).toEqual(['expired', 'expired', 'exp']);
  });

  test('without grace ends at exp', () => {
    const graceless = signLicenseToken({ ...claims, grace: 0 }, licenseKey);
    expect(check(graceless, at(exp, -1)).ok).toBe(true);
    expect(refusal(graceless, at(exp))).toEqual(['expired', 'expired', 'exp']);
  });

  test('begins at nbf', () => {
    const later = signLicenseToken({ ...claims, nbf: NOW_SECONDS + 10 }, licenseKey);
    expect(refusal(later, at(NOW_SECONDS + 10, -1))).toEqual(['not_yet_valid', 'not_yet_valid', 'nbf']);
    expect(refusal(later, at(NOW_SECONDS + 10))).toBe('ok');
  });

  test('iat may lie a minute ahead and no more', () => {
    expect(refusal(token, at(claims.iat - 60))).toBe('ok');
    expect(refusal(token, at(claims.iat - 60, -1))).toEqual(['malformed', 'issued_in_future', 'iat']);
  });

  test('a perpetual license has no exp and does not end within a hundred years', () => {
    const endless: Partial<LicenseTokenClaims> = { ...claims };
    Reflect.deleteProperty(endless, 'exp');
    expect(
      check(signLicenseToken(endless as LicenseTokenClaims, licenseKey), at(NOW_SECONDS + 36_525 * DAY_SECONDS)),
    ).toMatchObject({
      ok: true,
      grace: false,
    });
  });

  test('does not matter for a reference, but iat still does', () => {
    const later = signLicenseToken({ ...claims, nbf: NOW_SECONDS + 10 }, licenseKey);
    expect(refusal(later, { ignoreExpiry: true })).toBe('ok');
    expect(refusal(token, { ...at(exp + claims.grace), ignoreExpiry: true })).toBe('ok');
    expect(refusal(token, { ...at(claims.iat - 61), ignoreExpiry: true })).not.toBe('ok');
  });

  test('an imported license may have ended before its token was made', () => {
    expect(refusal(signLicenseToken({ ...claims, exp: claims.iat - DAY_SECONDS }, licenseKey))).toBe('ok');
  });
});

describe('a claim of another shape is refused by name', () => {
  test.each<[string, unknown]>([
    ['aud', ['prod_1']],
    ['sub', undefined],
    ['sub', 7],
    ['domain', null],
    ['domains', 'example.com'],
    ['domains', ['a', 1]],
    ['plan', ''],
    ['features', {}],
    ['limits', []],
    ['limits', { seats: '10' }],
    ['limits', { seats: null }],
    ['iat', undefined],
    ['iat', '1780272000'],
    ['iat', -1],
    ['iat', 2 ** 53],
    ['exp', null],
    ['exp', true],
    ['exp', NOW_SECONDS + 0.5],
    ['nbf', '0'],
    ['grace', undefined],
    ['grace', -1],
    ['trial', 'yes'],
    ['status', { list: 'https://x.example/list' }],
    ['status', { list: 'https://x.example/list', index: -1 }],
    ['ver', 1.5],
    ['jti', undefined],
  ])('%s = %j', (name, value) => {
    expect(refusal(signAnyway({ [name]: value }))).toEqual(['malformed', 'invalid_claim', name]);
  });

  test('and unknown claims are let through', () => {
    expect(refusal(signAnyway({ Exp: 1, future: { a: [1.5] } }))).toBe('ok');
  });
});

test('whatever may be signed is verified and read back', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
  const time = fc.integer({ min: 0, max: NOW_SECONDS });
  const anyClaims = fc.record(
    {
      iss: fc.constant(ISSUER),
      aud: text,
      sub: text,
      domain: text,
      domains: fc.array(text, { maxLength: 5 }),
      plan: text,
      features: fc.array(text, { maxLength: 5 }),
      limits: fc.dictionary(text, fc.nat(), { maxKeys: 5 }),
      iat: time,
      nbf: time,
      exp: fc.integer({ min: NOW_SECONDS, max: NOW_SECONDS + DAY_SECONDS }),
      grace: time,
      trial: fc.boolean(),
      status: fc.record({ list: text, index: fc.nat() }, { noNullPrototype: true }),
      ver: fc.nat(),
      jti: text,
    },
    {
      requiredKeys: ['iss', 'aud', 'sub', 'plan', 'features', 'limits', 'iat', 'grace', 'ver', 'jti'],
      noNullPrototype: true,
    },
  );
  fc.assert(
    fc.property(anyClaims, (some) => {
      const result = check(signLicenseToken(some, licenseKey), { ignoreExpiry: true });
      expect(result.ok && JSON.parse(JSON.stringify(result.claims))).toEqual(JSON.parse(JSON.stringify(some)));
    }),
    { seed: 5, numRuns: 200 },
  );
});
