import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LicenseState } from '@leasehold/contracts';
import type { EventLog } from '@leasehold/messaging';
import type { TestDatabase } from '@leasehold/testing';
import {
  generateLicenseId,
  generateRotatedKey,
  generateSigningKey,
  hashLicenseKey,
  keySetFromJwks,
  type LicenseTokenClaims,
  signLicenseToken,
  verifyReceipt,
} from '@leasehold/tokens';
import { createLocalJWKSet, compactVerify, type JSONWebKeySet } from 'jose';
import { type Answer, ask, bearer, send } from './ask.js';
import {
  aLicense,
  createMemoryLog,
  type Keys,
  licenseRecord,
  OTHER_TENANT,
  PRODUCT,
  PUBLIC_URL,
  type StartedValidation,
  startValidation,
  TENANT,
  tellAccounts,
} from './running-validation.js';
import { validationDatabase } from './validation-database.js';

const DAY = 86_400_000;
const now = Date.now();
let database: TestDatabase;
let log: EventLog;
let keys: Keys;
let validation: StartedValidation;
let url: string;

beforeAll(async () => {
  database = await validationDatabase();
  log = createMemoryLog();
  keys = await tellAccounts(log);
  validation = await startValidation({ databaseUrl: database.url, log });
  ({ url } = validation);
});
afterAll(async () => {
  await validation.close();
  await log.close();
  await database.drop();
});

const tell = async (overrides: Partial<LicenseState> = {}): Promise<LicenseState> => {
  const license = aLicense(overrides);
  await log.publish([licenseRecord(license)]);
  return license;
};

const codeOf = async (question: Record<string, unknown>, headers: Record<string, string> = {}): Promise<unknown> => {
  const { status, body } = await ask(url, question, headers);
  expect(status).toBe(200);
  return body['code'];
};

const codeFor = async (
  overrides: Partial<LicenseState>,
  question: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<unknown> => {
  const license = await tell(overrides);
  return codeOf({ licenseKey: license.id, domain: 'example.com', ...question }, headers);
};

const claimsOf = (license: LicenseState, changes: Partial<LicenseTokenClaims> = {}): LicenseTokenClaims => ({
  iss: `${PUBLIC_URL}/t/${license.tenantId}`,
  aud: license.productId,
  sub: license.id,
  plan: license.plan,
  features: license.features,
  limits: license.limits,
  iat: Math.floor(now / 1_000) - 60,
  grace: 0,
  ver: license.version,
  jti: 'jti',
  ...changes,
});

const keySet = async () => keySetFromJwks(await (await fetch(`${url}/.well-known/jwks.json`)).json());

describe('each verdict through HTTP', () => {
  it('valid: a license within its term, on a domain it is bound to', async () => {
    expect(await codeFor({})).toBe('valid');
  });

  it.each([
    '',
    'nonsense',
    'lic_0',
    `lic_${'0'.repeat(28)}`,
    'a.b',
    'x'.repeat(10_000),
    'LIC_7D3MZK4QF8X2V6N0C7R5T9WB4E1S',
  ])('malformed: %s', async (licenseKey) => {
    expect(await codeOf({ licenseKey, domain: 'example.com' })).toBe('malformed');
  });

  it('malformed: no license key at all', async () => {
    expect(await codeOf({ domain: 'example.com' })).toBe('malformed');
  });

  it('valid, by a signed token, whatever the token says about its end', async () => {
    const license = await tell();
    const expired = claimsOf(license, { exp: 1_000, iat: 500 });
    expect(await codeOf({ licenseKey: signLicenseToken(expired, keys.license), domain: 'example.com' })).toBe('valid');
  });

  it('bad_signature, unknown_key, unsupported_alg, wrong_type: a token that is not ours', async () => {
    const license = await tell();
    const token = signLicenseToken(claimsOf(license), keys.license);
    const [head = '', payload = '', signature = ''] = token.split('.');
    const header = JSON.parse(Buffer.from(head, 'base64url').toString()) as Record<string, unknown>;
    const withHeader = (changes: object): string =>
      [Buffer.from(JSON.stringify({ ...header, ...changes })).toString('base64url'), payload, signature].join('.');
    const asked = async (licenseKey: string): Promise<unknown> => codeOf({ licenseKey, domain: 'example.com' });

    const other = Buffer.from(signature, 'base64url');
    other[3] = (other[3] ?? 0) ^ 1;
    expect(await asked(`${head}.${payload}.${other.toString('base64url')}`)).toBe('bad_signature');
    const stranger = generateSigningKey('license', randomBytes);
    expect(await asked(signLicenseToken(claimsOf(license), stranger))).toBe('unknown_key');
    expect(await asked(signLicenseToken(claimsOf(license, { iss: 'https://evil.example' }), keys.license))).toBe(
      'unknown_key',
    );
    expect(await asked(withHeader({ alg: 'HS256' }))).toBe('unsupported_alg');
    expect(await asked(withHeader({ alg: 'none' }))).toBe('unsupported_alg');
    expect(await asked(withHeader({ typ: 'JWT' }))).toBe('wrong_type');
    expect(await asked(signLicenseToken(claimsOf(license, { aud: 'prod_other' }), keys.license))).toBe('wrong_type');
  });

  it('not_found: a token for a license of another tenant, signed by the tenant’s own key', async () => {
    const foreign = await tell({ tenantId: OTHER_TENANT });
    const claims = claimsOf(foreign, { iss: `${PUBLIC_URL}/t/${TENANT}` });
    expect(await codeOf({ licenseKey: signLicenseToken(claims, keys.license), domain: 'example.com' })).toBe(
      'not_found',
    );
  });

  it('not_found: a key with good check symbols that nobody has', async () => {
    expect(await codeOf({ licenseKey: generateLicenseId(randomBytes), domain: 'example.com' })).toBe('not_found');
    expect(await codeOf({ licenseKey: generateRotatedKey(randomBytes), domain: 'example.com' })).toBe('not_found');
  });

  it('revoked, even when it is also suspended and expired', async () => {
    expect(await codeFor({ revokedAt: now, suspensions: ['abuse'], expiresAt: now - 100 * DAY })).toBe('revoked');
  });

  it('suspended, cancelled', async () => {
    expect(await codeFor({ suspensions: ['billing'] })).toBe('suspended');
    expect(await codeFor({ cancelledAt: now })).toBe('cancelled');
  });

  it('not_yet_valid, expired', async () => {
    expect(await codeFor({ startsAt: now + DAY })).toBe('not_yet_valid');
    expect(await codeFor({ expiresAt: now - 8 * DAY })).toBe('expired');
  });

  it('valid in grace, and the receipt ends with the grace', async () => {
    const expiresAt = now - 7 * DAY + 3_600_000;
    const license = await tell({ expiresAt });
    const { body } = await ask(url, { licenseKey: license.id, domain: 'example.com', nonce: 'n' });
    expect(body).toMatchObject({ valid: true, grace: true, expiresAt: new Date(expiresAt).toISOString() });
    const verified = verifyReceipt(String(body['receipt']), await keySet(), {
      issuer: PUBLIC_URL,
      domain: 'example.com',
      nonce: 'n',
      now: Date.now(),
    });
    expect(verified).toMatchObject({
      ok: true,
      receipt: { grace: true, exp: Math.floor((expiresAt + 7 * DAY) / 1_000) },
    });
  });

  it('product_mismatch', async () => {
    expect(await codeFor({}, { product: 'prod_other' })).toBe('product_mismatch');
    expect(await codeFor({}, { product: PRODUCT })).toBe('valid');
  });

  it('domain_required, domain_invalid, domain_mismatch', async () => {
    expect(await codeFor({}, { domain: undefined })).toBe('domain_required');
    for (const domain of ['', 'https://example.com', '8.8.8.8', 'a b', 'x'.repeat(600)]) {
      expect(await codeFor({}, { domain })).toBe('domain_invalid');
    }
    expect(await codeFor({}, { domain: 'badexample.com' })).toBe('domain_mismatch');
  });

  it('domain_mismatch: a browser elsewhere claims the domain', async () => {
    expect(await codeFor({}, {}, { origin: 'https://evil.example' })).toBe('domain_mismatch');
    expect(await codeFor({}, {}, { origin: 'https://www.example.com' })).toBe('valid');
  });

  it('valid on hosts of every spelling, and on development hosts as such', async () => {
    const license = await tell();
    const told = async (domain: string) => (await ask(url, { licenseKey: license.id, domain })).body;
    expect(await told('WWW.Example.COM.:8443')).toMatchObject({
      valid: true,
      domain: 'www.example.com',
      matchedDomain: 'example.com',
      environment: 'production',
    });
    expect(await told('localhost:3000')).toMatchObject({ valid: true, environment: 'development' });
  });

  it('feature_missing', async () => {
    expect(await codeFor({}, { features: ['analytics', 'webhooks'] })).toBe('feature_missing');
    expect(await codeFor({}, { features: ['analytics'] })).toBe('valid');
  });

  it('usage_exceeded, from the call on that is one too many', async () => {
    const license = await tell({ limits: { apiCalls: 2 } });
    const told = async () => (await ask(url, { licenseKey: license.id, domain: 'example.com' })).body;
    expect(await told()).toMatchObject({ code: 'valid', usage: { apiCalls: { used: 1, remaining: 1 } } });
    expect(await told()).toMatchObject({ code: 'valid', usage: { apiCalls: { used: 2, remaining: 0 } } });
    expect(await told()).toMatchObject({ code: 'usage_exceeded', usage: { apiCalls: { used: 2, remaining: 0 } } });
    // a refused one is not counted, so that a higher limit opens the door at once
    await log.publish([licenseRecord({ ...license, version: 2, limits: { apiCalls: 3 } })]);
    await expect(settled(told, ({ code }) => code === 'valid')).resolves.toMatchObject({
      usage: { apiCalls: { used: 3 } },
    });
  });

  it('valid with a warning, past a soft limit', async () => {
    const license = await tell({ limits: { apiCalls: 0 }, enforcement: { apiCalls: 'soft' } });
    const { body } = await ask(url, { licenseKey: license.id, domain: 'example.com' });
    expect(body).toMatchObject({ code: 'valid', warnings: ['usage_soft_limit'] });
  });
});

/** Asks until the answer is what the log has told meanwhile. */
async function settled<T>(told: () => Promise<T>, isThere: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await told();
    if (isThere(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('keys of a license', () => {
  it('stay good for the overlap, and tokens with them', async () => {
    const key = generateRotatedKey(randomBytes);
    const former = generateLicenseId(randomBytes);
    const rotated = (validUntil: number) =>
      tell({
        id: former,
        version: validUntil > now ? 5 : 6,
        keys: [
          { hash: hashLicenseKey(former), sinceVersion: 1, validUntil },
          { hash: hashLicenseKey(key), sinceVersion: 5, validUntil: null },
        ],
      });
    const license = await rotated(now + DAY);
    const tokenOf = (ver: number): string => signLicenseToken(claimsOf(license, { ver }), keys.license);
    const all = [former, key, tokenOf(4), tokenOf(5)];
    const codes = async () => Promise.all(all.map((licenseKey) => codeOf({ licenseKey, domain: 'example.com' })));
    expect(await codes()).toEqual(['valid', 'valid', 'valid', 'valid']);
    await rotated(now - 1);
    const after = await settled(codes, ([first]) => first === 'not_found');
    expect(after).toEqual(['not_found', 'valid', 'not_found', 'valid']);
  });

  it('are found although the license was issued a moment ago', async () => {
    for (let round = 0; round < 20; round += 1) {
      const license = await tell();
      expect(await codeOf({ licenseKey: license.id, domain: 'example.com' })).toBe('valid');
    }
  });

  it('never come back: a state that is older than the one known is not applied', async () => {
    const license = await tell({ version: 4, suspensions: ['abuse'] });
    const question = { licenseKey: license.id, domain: 'example.com' };
    expect(await codeOf(question)).toBe('suspended');
    const seen: unknown[] = [];
    await log.publish([
      licenseRecord({ ...license, version: 3, suspensions: [] }),
      licenseRecord({ ...license, version: 4, suspensions: [] }),
      licenseRecord({ ...license, version: 5, revokedAt: now }),
    ]);
    const told = async (): Promise<unknown> => {
      const code = await codeOf(question);
      seen.push(code);
      return code;
    };
    await settled(told, (code) => code === 'revoked');
    expect(seen).not.toContain('valid');
  });
});

describe('who asks', () => {
  it('never sees a license of another tenant with a key of its own', async () => {
    const license = await tell();
    const question = { licenseKey: license.id, domain: 'example.com' };
    expect(await codeOf(question, bearer(keys.secret))).toBe('valid');
    expect(await codeOf(question, bearer(keys.publishable))).toBe('valid');
    const { body } = await ask(url, question, bearer(keys.otherSecret));
    expect(body['code']).toBe('not_found');
    expect(Object.keys(body).sort()).toEqual(
      ['checkedAt', 'code', 'domain', 'grace', 'nonce', 'receipt', 'valid', 'warnings'].sort(),
    );
  });

  it('reads why a license is suspended with a secret key only', async () => {
    const license = await tell({ suspensions: ['billing', 'abuse'] });
    const question = { licenseKey: license.id, domain: 'example.com' };
    expect((await ask(url, question, bearer(keys.secret))).body['reasons']).toEqual(['billing', 'abuse']);
    expect((await ask(url, question, bearer(keys.publishable))).body).not.toHaveProperty('reasons');
    expect((await ask(url, question)).text).not.toContain('billing');
  });

  it('never reads anything about the customer', async () => {
    const license = await tell({ customerReference: 'customer-of-mine' });
    for (const headers of [{}, bearer(keys.publishable), bearer(keys.secret)]) {
      const { text, body } = await ask(url, { licenseKey: license.id, domain: 'example.com' }, headers);
      const payload = Buffer.from(String(body['receipt']).split('.')[1] ?? '', 'base64url').toString();
      expect(text + payload).not.toContain('customer-of-mine');
    }
  });

  it.each([
    ['Bearer lh_sk_nonsense', 'invalid_api_key'],
    ['Bearer', 'unauthenticated'],
    ['Basic dXNlcjpwYXNz', 'unauthenticated'],
    ['', 'unauthenticated'],
    ['Bearer a b', 'unauthenticated'],
  ])('is refused with the key %j', async (authorization, code) => {
    const { status, body, headers } = await ask(url, { licenseKey: 'x' }, { authorization });
    expect({ status, code: body['code'] }).toEqual({ status: 401, code });
    expect(headers['content-type']).toBe('application/problem+json');
    expect(headers['www-authenticate']).toContain('Bearer');
  });

  it('may be a browser anywhere: the route is open to all origins, for its errors too', async () => {
    const preflight = await send(url, undefined, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://shop.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization, content-type',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': expect.stringContaining('POST') as string,
      'access-control-allow-headers': expect.stringMatching(/authorization.*content-type/i) as string,
    });
    const answers = await Promise.all([ask(url, {}), send(url, 'no json'), ask(url, {}, { authorization: 'x' })]);
    for (const { headers } of answers) expect(headers['access-control-allow-origin']).toBe('*');
  });
});

describe('a receipt', () => {
  const question = { domain: 'www.example.com', nonce: randomBytes(16).toString('base64url') };
  const expected = { issuer: PUBLIC_URL, domain: question.domain, nonce: question.nonce };

  it('verifies for every verdict, with the key set that is served', async () => {
    const licenses = await Promise.all([tell(), tell({ suspensions: ['x'] }), tell({ expiresAt: null })]);
    const licenseKeys = [...licenses.map(({ id }) => id), generateLicenseId(randomBytes), 'garbage'];
    const answers = await Promise.all(licenseKeys.map((licenseKey) => ask(url, { ...question, licenseKey })));
    const set = await keySet();
    for (const { body } of answers) {
      const verified = verifyReceipt(String(body['receipt']), set, { ...expected, now: Date.now() });
      expect(verified).toMatchObject({ ok: true, fresh: true, receipt: { valid: body['valid'], code: body['code'] } });
    }
  });

  it('is the answer to no other question', async () => {
    const license = await tell();
    const { body } = await ask(url, { ...question, licenseKey: license.id });
    const receipt = String(body['receipt']);
    const set = await keySet();
    const verdict = (changes: object): boolean =>
      verifyReceipt(receipt, set, { ...expected, now: Date.now(), ...changes }).ok;
    expect(verdict({})).toBe(true);
    expect(verdict({ nonce: 'another' })).toBe(false);
    expect(verdict({ domain: 'example.org' })).toBe(false);
    expect(verdict({ licenseId: 'lic_other' })).toBe(false);
    expect(verdict({ now: Date.now() + 301_000 })).toBe(false);
    expect(verdict({ issuer: 'https://evil.example' })).toBe(false);
  });

  it('shares its signature with the answers of the same moment, and each verifies', async () => {
    const license = await tell();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, at) => ask(url, { ...question, licenseKey: license.id, nonce: `nonce-${at}` })),
    );
    const set = await keySet();
    const receipts = answers.map(({ body }) => String(body['receipt']));
    for (const [at, receipt] of receipts.entries()) {
      expect(verifyReceipt(receipt, set, { ...expected, nonce: `nonce-${at}`, now: Date.now() }).ok).toBe(true);
    }
    expect(new Set(receipts.map((receipt) => receipt.split('.')[3])).size).toBeLessThan(100);
  });

  it('is an ordinary JWS on request, for a stock library', async () => {
    const license = await tell();
    const { body } = await ask(url, { ...question, licenseKey: license.id, receiptFormat: 'jws' });
    const jwks = (await (await fetch(`${url}/.well-known/jwks.json`)).json()) as JSONWebKeySet;
    const { payload, protectedHeader } = await compactVerify(String(body['receipt']), createLocalJWKSet(jwks));
    expect(protectedHeader.typ).toBe('validation-receipt+jwt');
    expect(JSON.parse(Buffer.from(payload).toString())).toMatchObject({ valid: true, nonce: question.nonce });
  });

  it('has a nonce of the server’s when the client has none', async () => {
    const license = await tell();
    const asked = async (): Promise<Answer> => ask(url, { licenseKey: license.id, domain: 'example.com' });
    const [one, other] = [await asked(), await asked()];
    expect(one.body['nonce']).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(one.body['nonce']).not.toBe(other.body['nonce']);
  });
});

describe('the routes beside', () => {
  const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
    send(url, JSON.stringify(body), { path, headers: { 'content-type': 'application/json', ...headers } });
  const batch = '/v1/licenses/validate/batch';
  const explain = '/v1/licenses/explain';

  it('validate many at once, in order, each with a receipt of its own', async () => {
    const license = await tell();
    const items = [
      { licenseKey: license.id, domain: 'example.com', nonce: 'a' },
      { licenseKey: 'garbage', nonce: 'b' },
      { licenseKey: license.id, domain: 'example.org', nonce: 'c', receiptFormat: 'jws' },
    ];
    const { status, body } = await post(batch, { items });
    expect(status).toBe(200);
    const results = body['results'] as Record<string, unknown>[];
    expect(results.map(({ code }) => code)).toEqual(['valid', 'malformed', 'domain_mismatch']);
    const set = await keySet();
    for (const [at, result] of results.entries()) {
      const expected = { issuer: PUBLIC_URL, domain: items[at]?.domain, nonce: items[at]?.nonce ?? '' };
      expect(verifyReceipt(String(result['receipt']), set, { ...expected, now: Date.now() }).ok).toBe(true);
    }
  });

  it.each([
    [{ items: [{ licenseKey: 5 }] }, 400],
    [{ items: ['x'] }, 400],
    [{ items: [] }, 422],
    [{ items: Array.from({ length: 101 }, () => ({})) }, 422],
    [{ items: 'x' }, 422],
    [{}, 422],
  ])('refuse the batch %j with %i', async (body, status) => {
    expect((await post(batch, body)).status).toBe(status);
  });

  it('take a batch of 100 for 100 calls', async () => {
    const license = await tell({ limits: { apiCalls: 60 } });
    const items = Array.from({ length: 100 }, () => ({ licenseKey: license.id, domain: 'example.com' }));
    const { body } = await post(batch, { items });
    const codes = (body['results'] as { code: string }[]).map(({ code }) => code);
    expect(codes.filter((code) => code === 'valid')).toHaveLength(60);
    expect(codes.slice(60)).toEqual(Array<string>(40).fill('usage_exceeded'));
  });

  it('explain every check to a secret key, and count nothing', async () => {
    const license = await tell({ limits: { apiCalls: 1 } });
    const question = { licenseKey: license.id, domain: 'example.org', features: ['webhooks'] };
    for (let round = 0; round < 3; round += 1) {
      const { status, body } = await post(explain, question, bearer(keys.secret));
      expect(status).toBe(200);
      const failed = (body['checks'] as { outcome: string; code: string; subject: string; remedy: string }[]).filter(
        ({ outcome }) => outcome === 'fail',
      );
      expect(body['code']).toBe('domain_mismatch');
      expect(failed.map(({ code, subject }) => [code, subject])).toEqual([
        ['domain_mismatch', null],
        ['feature_missing', 'webhooks'],
      ]);
    }
    expect(await codeOf({ licenseKey: license.id, domain: 'example.com' })).toBe('valid');
  });

  it('explain nothing to others, and of other tenants only that there is nothing', async () => {
    const license = await tell();
    const question = { licenseKey: license.id, domain: 'example.com' };
    expect((await post(explain, question)).status).toBe(401);
    expect((await post(explain, question, bearer(keys.publishable))).status).toBe(403);
    const { body } = await post(explain, question, bearer(keys.otherSecret));
    expect(body['code']).toBe('not_found');
    expect((await post(explain, { licenseKey: 5 }, bearer(keys.secret))).status).toBe(400);
  });
});
