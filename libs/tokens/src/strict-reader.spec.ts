import { sign } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { jwtVerify } from 'jose';
import { base64url, claims, ISSUER, licenseKey, NOW } from '../test/samples.js';
import { keySetOf } from './key-set.js';
import { signLicenseToken } from './sign-license-token.js';
import { MAX_TOKEN_LENGTH, readToken } from './strict-reader.js';
import { verifyLicenseToken } from './verify-license-token.js';

const keySet = keySetOf([licenseKey.verificationKey]);
const goodHeader = { alg: 'EdDSA', typ: 'license+jwt', kid: licenseKey.kid };
const goodToken = signLicenseToken(claims, licenseKey);

/** Signs whatever header and payload text, rightly: only the reader stands between it and a verdict. */
function signRaw(header: string | Uint8Array, payload: string | Uint8Array): string {
  const input = `${base64url(header)}.${base64url(payload)}`;
  return `${input}.${base64url(sign(null, Buffer.from(input), licenseKey.privateKey))}`;
}

const verifyOurs = (token: string) => verifyLicenseToken(token, keySet, { issuer: ISSUER, now: NOW });
const verdict = (token: string): unknown => {
  const result = verifyOurs(token);
  return result.ok ? 'ok' : [result.refusal.code, result.refusal.reason];
};
const joseTakes = (token: string): Promise<boolean> =>
  jwtVerify(token, licenseKey.verificationKey.publicKey, {
    typ: 'license+jwt',
    issuer: ISSUER,
    algorithms: ['EdDSA', 'Ed25519'],
    currentDate: new Date(NOW),
  }).then(
    () => true,
    () => false,
  );

const header = (changes: object): string =>
  signRaw(JSON.stringify({ ...goodHeader, ...changes }), JSON.stringify(claims));
const body = (changes: object): string =>
  signRaw(JSON.stringify(goodHeader), JSON.stringify({ ...claims, ...changes }));
const text = (payload: string): string => signRaw(JSON.stringify(goodHeader), payload);
const plain = JSON.stringify(claims);

describe('what jose takes leniently, the reader refuses', () => {
  const signature = goodToken.split('.')[2] ?? '';
  const input = goodToken.slice(0, -signature.length);
  // 64 bytes leave four unused bits in the last of 86 characters
  const strayBits = signature.slice(0, -1) + String.fromCharCode(signature.charCodeAt(signature.length - 1) + 1);

  test.each([
    [
      'a space inside the signature',
      `${input}${signature.slice(0, 9)} ${signature.slice(9)}`,
      'not_canonical_base64url',
    ],
    ['padding', `${goodToken}==`, 'not_canonical_base64url'],
    ['a newline at the end', `${goodToken}\n`, 'not_canonical_base64url'],
    ['stray bits in the last character', `${input}${strayBits}`, 'not_canonical_base64url'],
    ['a key twice', text(plain.replace('{', '{"sub":"lic_2",')), 'duplicate_key'],
    ['exp beyond all years', text(plain.replace(/"exp":\d+/, '"exp":1e300')), 'invalid_claim'],
    ['a time spelled with a fraction', text(plain.replace(/"exp":(\d+)/, '"exp":$1.0')), 'invalid_claim'],
    ['a time spelled with an exponent', text(plain.replace(/"iat":\d+/, '"iat":1e9')), 'invalid_claim'],
    ['iat in the future', body({ iat: NOW / 1000 + 61 }), 'issued_in_future'],
    ['a fraction of a second', body({ iat: NOW / 1000 - 0.5 }), 'invalid_claim'],
    ['a large payload', body({ note: 'x'.repeat(10_000) }), 'too_large'],
    ['deep nesting', text(plain.replace('{', `{"x":${'['.repeat(8)}${']'.repeat(8)},`)), 'too_deep'],
  ])('%s', async (_, token, reason) => {
    expect(verdict(token)).toEqual(['malformed', reason]);
    expect(await joseTakes(token)).toBe(true);
  });
});

describe('a token is refused by its header', () => {
  test.each([
    ['alg none', { alg: 'none' }, 'unsupported_alg', 'wrong_alg'],
    ['alg None', { alg: 'None' }, 'unsupported_alg', 'wrong_alg'],
    ['alg in another case', { alg: 'eddsa' }, 'unsupported_alg', 'wrong_alg'],
    ['HS256', { alg: 'HS256' }, 'unsupported_alg', 'wrong_alg'],
    ['ES256', { alg: 'ES256' }, 'unsupported_alg', 'wrong_alg'],
    ['Ed448', { alg: 'Ed448' }, 'unsupported_alg', 'wrong_alg'],
    ['no alg', { alg: undefined }, 'unsupported_alg', 'wrong_alg'],
    ['a list of algs', { alg: ['EdDSA'] }, 'unsupported_alg', 'wrong_alg'],
    ['typ JWT', { typ: 'JWT' }, 'wrong_type', 'wrong_typ'],
    ['typ in another case', { typ: 'License+JWT' }, 'wrong_type', 'wrong_typ'],
    ['typ with its full media type', { typ: 'application/license+jwt' }, 'wrong_type', 'wrong_typ'],
    ['no typ', { typ: undefined }, 'wrong_type', 'wrong_typ'],
    ['an unknown kid', { kid: 'abc' }, 'unknown_key', 'unknown_kid'],
    ['no kid', { kid: undefined }, 'malformed', 'invalid_kid'],
    ['an empty kid', { kid: '' }, 'malformed', 'invalid_kid'],
    ['a number as kid', { kid: 7 }, 'malformed', 'invalid_kid'],
    ['a path as kid', { kid: '../../dev/null' }, 'malformed', 'invalid_kid'],
    ['SQL as kid', { kid: "' or 1=1 --" }, 'malformed', 'invalid_kid'],
    ['65 characters of kid', { kid: 'k'.repeat(65) }, 'malformed', 'invalid_kid'],
    ['a kid with a newline', { kid: 'abc\n' }, 'malformed', 'invalid_kid'],
    ['a kid outside ASCII', { kid: 'schlüssel' }, 'malformed', 'invalid_kid'],
    ['the name of an inherited property as kid', { kid: '__proto__' }, 'unknown_key', 'unknown_kid'],
    ['an embedded key', { jwk: {} }, 'malformed', 'forbidden_header'],
    ['a key URL', { jku: 'https://evil.example/jwks' }, 'malformed', 'forbidden_header'],
    ['a certificate URL', { x5u: 'https://evil.example/x5u' }, 'malformed', 'forbidden_header'],
    ['a certificate', { x5c: [] }, 'malformed', 'forbidden_header'],
    ['crit', { crit: ['exp'] }, 'malformed', 'forbidden_header'],
    ['an empty crit', { crit: [] }, 'malformed', 'forbidden_header'],
    ['b64 false', { b64: false }, 'malformed', 'forbidden_header'],
    ['b64 true', { b64: true }, 'malformed', 'forbidden_header'],
    ['a forbidden member that is null', { jwk: null }, 'malformed', 'forbidden_header'],
  ])('%s', (_, changes, code, reason) => {
    expect(verdict(header(changes))).toEqual([code, reason]);
  });

  test('a header with alg twice', () => {
    const twice = JSON.stringify(goodHeader).replace('{', '{"alg":"none",');
    expect(verdict(signRaw(twice, plain))).toEqual(['malformed', 'duplicate_key']);
  });

  test('while the other name of the algorithm and unknown members pass', () => {
    expect(verdict(header({ alg: 'Ed25519' }))).toBe('ok');
    expect(verdict(header({ cty: 'x', note: 1 }))).toBe('ok');
  });
});

describe('a token is refused by its form', () => {
  const [head = '', payload = '', signature = ''] = goodToken.split('.');
  test.each([
    ['nothing', '', 'wrong_part_count'],
    ['two parts', `${head}.${payload}`, 'wrong_part_count'],
    ['four parts', `${goodToken}.${signature}`, 'wrong_part_count'],
    ['five parts', `${goodToken}..`, 'wrong_part_count'],
    ['dots only', '.'.repeat(8192), 'wrong_part_count'],
    ['no signature', `${head}.${payload}.`, 'not_canonical_base64url'],
    ['no header', `.${payload}.${signature}`, 'not_canonical_base64url'],
    ['no payload', `${head}..${signature}`, 'not_canonical_base64url'],
    ['a part of one character', `${head}.${payload}.A`, 'not_canonical_base64url'],
    ['the other alphabet', `${head}.${payload}.${signature.slice(0, 80)}+/AAAA`, 'not_canonical_base64url'],
    ['JSON serialization', JSON.stringify({ protected: head, payload, signature }), 'wrong_part_count'],
    ['a letter outside ASCII', goodToken.replace('.', '.ä'), 'not_canonical_base64url'],
    ['a NUL', `${goodToken}\0`, 'not_canonical_base64url'],
    ['a byte order mark in the payload', text(`\ufeff${plain}`), 'byte_order_mark'],
    ['a payload in UTF-16', signRaw(JSON.stringify(goodHeader), Buffer.from(plain, 'utf16le')), 'invalid_json'],
    ['a payload that is a token itself', text(goodToken), 'invalid_json'],
    ['a payload that is a list', text('[]'), 'not_an_object'],
    ['one byte too many', `${goodToken}${'A'.repeat(MAX_TOKEN_LENGTH + 1 - goodToken.length)}`, 'too_large'],
  ])('%s', (_, token, reason) => {
    expect(verdict(token)).toEqual(['malformed', reason]);
  });
});

test('any header and payload of the right form are read back as they were written', () => {
  const member = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((name) => name !== '__proto__');
  const kid = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
  fc.assert(
    fc.property(kid, fc.dictionary(member, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 }), (name, members) => {
      const input = `${base64url(JSON.stringify({ alg: 'EdDSA', typ: 't', kid: name }))}.${base64url(JSON.stringify(members))}`;
      const read = readToken(`${input}.AAAA`, { parts: 3, typ: 't' });
      expect(read).toMatchObject({ ok: true, kid: name, signingInput: input });
      expect(read.ok && JSON.stringify(read.payload.members)).toBe(JSON.stringify(members));
    }),
    { seed: 3, numRuns: 300 },
  );
});

test('no text whatever makes the reader throw', () => {
  const pieces = fc.array(fc.constantFrom('.', '..', 'e30', goodToken.split('.')[0] ?? '', 'AA', '=', '{}', '\0', 'é'));
  fc.assert(
    fc.property(
      fc.oneof(
        pieces.map((list) => list.join('')),
        fc.string({ unit: 'binary' }),
      ),
      (token) => {
        expect(verifyOurs(token).ok).toBe(false);
      },
    ),
    { seed: 4, numRuns: 1000 },
  );
});
