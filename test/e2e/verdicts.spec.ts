import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LicenseBody, PlanBody } from '@leasehold/contracts';
import { type VerdictCode, VERDICT_CODES } from '@leasehold/licensing';
import { waitFor } from '@leasehold/testing';
import { generateLicenseId, generateSigningKey, signLicenseToken } from '@leasehold/tokens';
import { apiClient } from './api-client.js';
import { type DataFolder, openDataFolder } from './platform-process.js';
import { tokenVerifier } from './receipt-verifier.js';
import { type Vendor, type VerdictBody, vendorOf } from './vendor.js';

const DAY_MS = 86_400_000;
const daysFromNow = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();
/** Proofs and seats come later. */
const LATER: readonly VerdictCode[] = ['domain_unproven', 'seats_exceeded'];

let folder: DataFolder;
let vendor: Vendor;
let plan: PlanBody;
let license: LicenseBody;
let token: string;
const reached = new Set<string>();

const verdictOf = async (licenseKey: string, domain: string | null = 'example.com', more: object = {}) => {
  const verdict = await vendor.validate(licenseKey, domain, more);
  reached.add(verdict.code);
  return verdict;
};

/** After a command on a license, which validation learns of a moment later. */
const verdictAfter = (licenseKey: string, code: VerdictCode): Promise<VerdictBody> =>
  waitFor(async () => {
    const verdict = await verdictOf(licenseKey);
    return verdict.code === code && verdict;
  });

const withHeader = (header: object): string => {
  const [first = '', payload = '', signature = ''] = token.split('.');
  const given = JSON.parse(Buffer.from(first, 'base64url').toString('utf8')) as object;
  return [Buffer.from(JSON.stringify({ ...given, ...header })).toString('base64url'), payload, signature].join('.');
};

beforeAll(async () => {
  folder = await openDataFolder();
  const { url } = await folder.start();
  vendor = vendorOf(apiClient(url, folder.keys().secretKey));
  plan = await vendor.plan({ features: ['analytics'], limits: { apiCalls: 2 }, durationDays: 30 });
  license = await vendor.issue(plan.id);
  ({ token } = await vendor.api.must<{ token: string }>(200, 'GET', `/v1/licenses/${license.id}/token`));
}, 90_000);
afterAll(() => folder.remove(), 60_000);

describe('over HTTP', () => {
  it.each<[VerdictCode, string, () => string]>([
    ['malformed', 'neither a key nor a token', () => 'my license key'],
    [
      'malformed',
      'a key with a wrong check symbol',
      () => license.key.slice(0, -1) + (license.key.endsWith('0') ? '1' : '0'),
    ],
    ['bad_signature', 'a token whose content was changed', () => withHeader({ cty: 'changed' })],
    ['unsupported_alg', 'a token that would be verified otherwise', () => withHeader({ alg: 'HS256' })],
    ['unsupported_alg', 'a token without a signature', () => withHeader({ alg: 'none' })],
    ['wrong_type', 'a token of another type', () => withHeader({ typ: 'at+jwt' })],
    ['not_found', 'a key that nobody has', () => generateLicenseId(randomBytes)],
    ['valid', 'a key', () => license.key],
    ['valid', 'a signed token', () => token],
  ])('%s is the verdict on %s', async (code, _what, licenseKey) => {
    expect(await verdictOf(licenseKey())).toMatchObject({ code, valid: code === 'valid' });
  });

  it('wrong_type is the verdict on a receipt', async () => {
    const { receipt } = await verdictOf(license.key, 'else.org', { receiptFormat: 'jws' });
    expect(await verdictOf(receipt)).toMatchObject({ code: 'wrong_type' });
  });

  it('unknown_key is the verdict on a token that somebody else signed', async () => {
    const claims = await tokenVerifier(vendor.api.url, `http://localhost:${folder.port}`).licenseToken(
      token,
      folder.keys().tenantId,
    );
    const forged = signLicenseToken(claims, generateSigningKey('license', randomBytes));
    expect(await verdictOf(forged)).toMatchObject({ code: 'unknown_key' });
  });

  it('usage_exceeded is the verdict on the first call past a hard limit', async () => {
    // two calls were granted above
    expect(await verdictOf(license.key)).toMatchObject({
      valid: false,
      code: 'usage_exceeded',
      usage: { apiCalls: { used: 2, remaining: 0 } },
    });
  });

  it('valid with a warning is the verdict past a soft limit', async () => {
    const soft = await vendor.plan({ limits: { apiCalls: 1 }, enforcement: { apiCalls: 'soft' } });
    const { key } = await vendor.issue(soft.id);
    expect(await verdictOf(key)).toMatchObject({ valid: true, warnings: [] });
    expect(await verdictOf(key)).toMatchObject({ valid: true, warnings: ['usage_soft_limit'] });
  });

  it('revoked, suspended and cancelled are the verdicts after those commands', async () => {
    for (const [command, code, body] of [
      ['suspend', 'suspended', { reason: 'manual' }],
      ['cancel', 'cancelled', {}],
      ['revoke', 'revoked', {}],
    ] as const) {
      const { id, key } = await vendor.issue(plan.id);
      await vendor.command(id, command, body);
      expect(await verdictAfter(key, code)).toMatchObject({ valid: false });
    }
  });

  it('not_yet_valid and expired are the verdicts outside of the term', async () => {
    const early = await vendor.issue(plan.id, { startsAt: daysFromNow(1), expiresAt: daysFromNow(2) });
    expect(await verdictOf(early.key)).toMatchObject({ code: 'not_yet_valid' });
    const late = await vendor.issue(plan.id, { startsAt: daysFromNow(-40), expiresAt: daysFromNow(-7.01) });
    expect(await verdictOf(late.key)).toMatchObject({ code: 'expired' });
  });

  it.each<[VerdictCode, string | null, object]>([
    ['product_mismatch', 'example.com', { product: 'prod_01jd3mzk4qf8x2v6n0c7r5t9wb' }],
    ['domain_required', null, {}],
    ['domain_invalid', 'https://example.com/', {}],
    ['domain_invalid', '93.184.216.34', {}],
    ['domain_mismatch', 'pirate.org', {}],
    ['feature_missing', 'example.com', { features: ['analytics', 'export'] }],
  ])('%s is the verdict on domain %p with %j', async (code, domain, more) => {
    const verdict = await verdictOf(license.key, domain, more);
    expect(verdict).toMatchObject({ valid: false, code });
  });

  it('valid with a warning is the verdict on the first domain of a license without one, and binds it', async () => {
    const late = await vendor.plan({ domains: { lateBinding: true } });
    const { id, key } = await vendor.issue(late.id, { domains: [] });
    expect(await verdictOf(key, 'first.example')).toMatchObject({ valid: true, warnings: ['binding_pending'] });
    expect(await verdictOf(key, 'second.example')).toMatchObject({ valid: false, code: 'domain_mismatch' });
    await waitFor(async () => (await vendor.read(id)).domains[0]?.domain === 'first.example');
    await waitFor(async () => (await verdictOf(key, 'first.example')).warnings.length === 0);
    expect(await verdictOf(key, 'second.example')).toMatchObject({ code: 'domain_mismatch' });
  });

  it('valid is the verdict on development hosts, which are told from production', async () => {
    const { key } = await vendor.issue(plan.id);
    expect(await verdictOf(key, 'shop.test')).toMatchObject({ valid: true, environment: 'development' });
  });

  it('domain_mismatch is the verdict where the browser says that the page is elsewhere', async () => {
    const body = { licenseKey: license.key, domain: 'example.com' };
    const answer = await vendor.api.post('/v1/licenses/validate', body, { origin: 'https://pirate.org' });
    expect(answer).toMatchObject({ status: 200, body: { code: 'domain_mismatch' } });
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('an explanation names the check that failed, its rule and a remedy, and counts nothing', async () => {
    const { id, key } = await vendor.issue(plan.id);
    const body = { licenseKey: key, domain: 'pirate.org' };
    const explained = await vendor.api.must<{ code: string; checks: { outcome: string; remedy: string | null }[] }>(
      200,
      'POST',
      '/v1/licenses/explain',
      body,
    );
    expect(explained.code).toBe('domain_mismatch');
    expect(explained.checks.find(({ outcome }) => outcome === 'fail')?.remedy).toEqual(expect.stringMatching(/./));
    await vendor.api.must(200, 'POST', '/v1/licenses/explain', { licenseKey: key, domain: 'example.com' });
    await verdictOf(key);
    expect((await vendor.usageOf(id, 1)).total).toBe(1);
  });

  it('every verdict was reached', () => {
    expect([...reached].sort()).toEqual(VERDICT_CODES.filter((code) => !LATER.includes(code)).sort());
  });
});
