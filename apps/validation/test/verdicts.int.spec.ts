import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  generateLicenseId,
  generateRotatedKey,
  generateSigningKey,
  hashLicenseKey,
  signLicenseToken,
  verifyReceipt,
} from '@leasehold/tokens';
import { ask } from './ask.js';
import { licenseRecord, OTHER_TENANT, PRODUCT, PUBLIC_URL, TENANT } from './running-validation.js';
import { claimsOf, settled, ValidationSuite } from './validation-suite.js';

const DAY = 86_400_000;
const now = Date.now();
const suite = new ValidationSuite();

describe('each verdict through HTTP', () => {
  it('valid: a license within its term, on a domain it is bound to', async () => {
    expect(await suite.codeFor({})).toBe('valid');
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
    expect(await suite.codeOf({ licenseKey, domain: 'example.com' })).toBe('malformed');
  });

  it('malformed: no license key at all', async () => {
    expect(await suite.codeOf({ domain: 'example.com' })).toBe('malformed');
  });

  it('valid, by a signed token, whatever the token says about its end', async () => {
    const license = await suite.tell();
    const expired = claimsOf(license, { exp: 1_000, iat: 500 });
    expect(
      await suite.codeOf({ licenseKey: signLicenseToken(expired, suite.keys.license), domain: 'example.com' }),
    ).toBe('valid');
  });

  it('bad_signature, unknown_key, unsupported_alg, wrong_type: a token that is not ours', async () => {
    const license = await suite.tell();
    const token = signLicenseToken(claimsOf(license), suite.keys.license);
    const [head = '', payload = '', signature = ''] = token.split('.');
    const header = JSON.parse(Buffer.from(head, 'base64url').toString()) as Record<string, unknown>;
    const withHeader = (changes: object): string =>
      [Buffer.from(JSON.stringify({ ...header, ...changes })).toString('base64url'), payload, signature].join('.');
    const asked = async (licenseKey: string): Promise<unknown> => suite.codeOf({ licenseKey, domain: 'example.com' });

    const other = Buffer.from(signature, 'base64url');
    other[3] = (other[3] ?? 0) ^ 1;
    expect(await asked(`${head}.${payload}.${other.toString('base64url')}`)).toBe('bad_signature');
    const stranger = generateSigningKey('license', randomBytes);
    expect(await asked(signLicenseToken(claimsOf(license), stranger))).toBe('unknown_key');
    expect(await asked(signLicenseToken(claimsOf(license, { iss: 'https://evil.example' }), suite.keys.license))).toBe(
      'unknown_key',
    );
    expect(await asked(withHeader({ alg: 'HS256' }))).toBe('unsupported_alg');
    expect(await asked(withHeader({ alg: 'none' }))).toBe('unsupported_alg');
    expect(await asked(withHeader({ typ: 'JWT' }))).toBe('wrong_type');
    expect(await asked(signLicenseToken(claimsOf(license, { aud: 'prod_other' }), suite.keys.license))).toBe(
      'wrong_type',
    );
  });

  it('not_found: a token for a license of another tenant, signed by the tenant’s own key', async () => {
    const foreign = await suite.tell({ tenantId: OTHER_TENANT });
    const claims = claimsOf(foreign, { iss: `${PUBLIC_URL}/t/${TENANT}` });
    expect(
      await suite.codeOf({ licenseKey: signLicenseToken(claims, suite.keys.license), domain: 'example.com' }),
    ).toBe('not_found');
  });

  it('not_found: a key with good check symbols that nobody has', async () => {
    expect(await suite.codeOf({ licenseKey: generateLicenseId(randomBytes), domain: 'example.com' })).toBe('not_found');
    expect(await suite.codeOf({ licenseKey: generateRotatedKey(randomBytes), domain: 'example.com' })).toBe(
      'not_found',
    );
  });

  it('revoked, even when it is also suspended and expired', async () => {
    expect(await suite.codeFor({ revokedAt: now, suspensions: ['abuse'], expiresAt: now - 100 * DAY })).toBe('revoked');
  });

  it('suspended, cancelled', async () => {
    expect(await suite.codeFor({ suspensions: ['billing'] })).toBe('suspended');
    expect(await suite.codeFor({ cancelledAt: now })).toBe('cancelled');
  });

  it('not_yet_valid, expired', async () => {
    expect(await suite.codeFor({ startsAt: now + DAY })).toBe('not_yet_valid');
    expect(await suite.codeFor({ expiresAt: now - 8 * DAY })).toBe('expired');
  });

  it('valid in grace, and the receipt ends with the grace', async () => {
    const expiresAt = now - 7 * DAY + 3_600_000;
    const license = await suite.tell({ expiresAt });
    const { body } = await ask(suite.url, { licenseKey: license.id, domain: 'example.com', nonce: 'n' });
    expect(body).toMatchObject({ valid: true, grace: true, expiresAt: new Date(expiresAt).toISOString() });
    const verified = verifyReceipt(String(body['receipt']), await suite.keySet(), {
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
    expect(await suite.codeFor({}, { product: 'prod_other' })).toBe('product_mismatch');
    expect(await suite.codeFor({}, { product: PRODUCT })).toBe('valid');
  });

  it('domain_required, domain_invalid, domain_mismatch', async () => {
    expect(await suite.codeFor({}, { domain: undefined })).toBe('domain_required');
    for (const domain of ['', 'https://example.com', '8.8.8.8', 'a b', 'x'.repeat(600)]) {
      expect(await suite.codeFor({}, { domain })).toBe('domain_invalid');
    }
    expect(await suite.codeFor({}, { domain: 'badexample.com' })).toBe('domain_mismatch');
  });

  it('domain_mismatch: a browser elsewhere claims the domain', async () => {
    expect(await suite.codeFor({}, {}, { origin: 'https://evil.example' })).toBe('domain_mismatch');
    expect(await suite.codeFor({}, {}, { origin: 'https://www.example.com' })).toBe('valid');
  });

  it('valid on hosts of every spelling, and on development hosts as such', async () => {
    const license = await suite.tell();
    const told = async (domain: string) => (await ask(suite.url, { licenseKey: license.id, domain })).body;
    expect(await told('WWW.Example.COM.:8443')).toMatchObject({
      valid: true,
      domain: 'www.example.com',
      matchedDomain: 'example.com',
      environment: 'production',
    });
    expect(await told('localhost:3000')).toMatchObject({ valid: true, environment: 'development' });
  });

  it('feature_missing', async () => {
    expect(await suite.codeFor({}, { features: ['analytics', 'webhooks'] })).toBe('feature_missing');
    expect(await suite.codeFor({}, { features: ['analytics'] })).toBe('valid');
  });

  it('usage_exceeded, from the call on that is one too many', async () => {
    const license = await suite.tell({ limits: { apiCalls: 2 } });
    const told = async () => (await ask(suite.url, { licenseKey: license.id, domain: 'example.com' })).body;
    expect(await told()).toMatchObject({ code: 'valid', usage: { apiCalls: { used: 1, remaining: 1 } } });
    expect(await told()).toMatchObject({ code: 'valid', usage: { apiCalls: { used: 2, remaining: 0 } } });
    expect(await told()).toMatchObject({ code: 'usage_exceeded', usage: { apiCalls: { used: 2, remaining: 0 } } });
    // a refused one is not counted, so that a higher limit opens the door at once
    await suite.log.publish([licenseRecord({ ...license, version: 2, limits: { apiCalls: 3 } })]);
    await expect(settled(told, ({ code }) => code === 'valid')).resolves.toMatchObject({
      usage: { apiCalls: { used: 3 } },
    });
  });

  it('valid with a warning, past a soft limit', async () => {
    const license = await suite.tell({ limits: { apiCalls: 0 }, enforcement: { apiCalls: 'soft' } });
    const { body } = await ask(suite.url, { licenseKey: license.id, domain: 'example.com' });
    expect(body).toMatchObject({ code: 'valid', warnings: ['usage_soft_limit'] });
  });
});

describe('keys of a license', () => {
  it('stay good for the overlap, and tokens with them', async () => {
    const key = generateRotatedKey(randomBytes);
    const former = generateLicenseId(randomBytes);
    const rotated = (validUntil: number) =>
      suite.tell({
        id: former,
        version: validUntil > now ? 5 : 6,
        keys: [
          { hash: hashLicenseKey(former), sinceVersion: 1, validUntil },
          { hash: hashLicenseKey(key), sinceVersion: 5, validUntil: null },
        ],
      });
    const license = await rotated(now + DAY);
    const tokenOf = (ver: number): string => signLicenseToken(claimsOf(license, { ver }), suite.keys.license);
    const all = [former, key, tokenOf(4), tokenOf(5)];
    const codes = async () => Promise.all(all.map((licenseKey) => suite.codeOf({ licenseKey, domain: 'example.com' })));
    expect(await codes()).toEqual(['valid', 'valid', 'valid', 'valid']);
    await rotated(now - 1);
    const after = await settled(codes, ([first]) => first === 'not_found');
    expect(after).toEqual(['not_found', 'valid', 'not_found', 'valid']);
  });

  it('are found although the license was issued a moment ago', async () => {
    for (let round = 0; round < 20; round += 1) {
      const license = await suite.tell();
      expect(await suite.codeOf({ licenseKey: license.id, domain: 'example.com' })).toBe('valid');
    }
  });

  it('never come back: a state that is older than the one known is not applied', async () => {
    const license = await suite.tell({ version: 4, suspensions: ['abuse'] });
    const question = { licenseKey: license.id, domain: 'example.com' };
    expect(await suite.codeOf(question)).toBe('suspended');
    const seen: unknown[] = [];
    await suite.log.publish([
      licenseRecord({ ...license, version: 3, suspensions: [] }),
      licenseRecord({ ...license, version: 4, suspensions: [] }),
      licenseRecord({ ...license, version: 5, revokedAt: now }),
    ]);
    const told = async (): Promise<unknown> => {
      const code = await suite.codeOf(question);
      seen.push(code);
      return code;
    };
    await settled(told, (code) => code === 'revoked');
    expect(seen).not.toContain('valid');
  });
});
