import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AnomalyBody, LicenseBody, SigningKeyBody, UsageBody } from '@leasehold/contracts';
import { captureHttp, type HttpCapture, waitFor } from '@leasehold/testing';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { Webhook } from 'standardwebhooks';
import { apiClient } from './api-client.js';
import { type DataFolder, openDataFolder, type PlatformProcess, postgresPid } from './platform-process.js';
import { kidOf, type TokenVerifier, tokenVerifier } from './receipt-verifier.js';
import { type List, type Vendor, type VerdictBody, vendorOf } from './vendor.js';

const DAY_MS = 86_400_000;
const KEY_SET_MAX_AGE_MS = 1_000;
/** How long a verdict may lag behind a command that was acknowledged. Milliseconds are usual; the rest is for a busy machine. */
const FOLLOWS_WITHIN_MS = 2_000;
const ENVIRONMENT = { LEASEHOLD_JWKS_MAX_AGE_SECONDS: '1' };

let folder: DataFolder;
let platform: PlatformProcess;
let receiver: HttpCapture;
let vendor: Vendor;
let verifier: TokenVerifier;
let issuer: string;
let tenantId: string;
let planId: string;
let license: LicenseBody;
let webhookSecret: string;
/** Validations of `license` that were granted so far. */
let granted = 0;

const daysFromNow = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();
const nonceOf = (domain: string): string => `nonce-of-32-characters-for-${domain}`;

/** Validates, and verifies the receipt as a client would. */
const ask = async (licenseKey: string, domain: string, more: object = {}): Promise<VerdictBody> => {
  const nonce = nonceOf(domain);
  const verdict = await vendor.validate(licenseKey, domain, { nonce, ...more });
  const receipt = await verifier.receipt(verdict.receipt, { nonce, domain });
  expect(receipt).toMatchObject({ valid: verdict.valid, code: verdict.code });
  if (verdict.valid && verdict.licenseId === license.id) granted += 1;
  return verdict;
};

const untilVerdict = (licenseKey: string, code: string): Promise<VerdictBody> =>
  waitFor(
    async () => {
      const verdict = await ask(licenseKey, 'example.com');
      return verdict.code === code && verdict;
    },
    { timeoutMs: FOLLOWS_WITHIN_MS, intervalMs: 1, describe: `the verdict ${code}` },
  );

const connect = (): void => {
  const { secretKey } = folder.keys();
  vendor = vendorOf(apiClient(platform.url, secretKey));
  verifier = tokenVerifier(platform.url, issuer, KEY_SET_MAX_AGE_MS);
};

beforeAll(async () => {
  [folder, receiver] = await Promise.all([openDataFolder(), captureHttp()]);
  platform = await folder.start({ environment: ENVIRONMENT });
  issuer = `http://localhost:${folder.port}`;
  ({ tenantId } = folder.keys());
  connect();
}, 90_000);
afterAll(async () => {
  await folder.remove();
  await receiver.close();
}, 60_000);

// in order: each step goes on where the one before has ended
describe('the life of a license', () => {
  it('begins with a plan, and the license is valid as soon as it is issued', async () => {
    const plan = await vendor.plan({
      durationDays: 365,
      features: ['analytics'],
      limits: { apiCalls: 1_000 },
      domains: { max: 5, kinds: ['exact', 'wildcard', 'subtree'] },
    });
    planId = plan.id;
    license = await vendor.issue(planId, { domains: ['example.com', '*.wild.example.org', '**.tree.example.net'] });
    expect(await ask(license.key, 'example.com')).toMatchObject({
      valid: true,
      code: 'valid',
      licenseId: license.id,
      domain: 'example.com',
      matchedDomain: 'example.com',
      assurance: 'declared',
      environment: 'production',
      plan: 'professional',
      features: ['analytics'],
      limits: { apiCalls: 1_000 },
      usage: { apiCalls: { used: 1, remaining: 999 } },
      grace: false,
      warnings: [],
    });
  });

  it.each([
    ['www.example.com', 'example.com'],
    ['EXAMPLE.com.', 'example.com'],
    ['app.wild.example.org', '*.wild.example.org'],
    ['tree.example.net', '**.tree.example.net'],
    ['leaf.branch.tree.example.net', '**.tree.example.net'],
  ])('goes on at %s, which %s covers', async (domain, matchedDomain) => {
    const nonce = nonceOf(domain);
    const verdict = await vendor.validate(license.key, domain, { nonce });
    granted += 1;
    expect(verdict).toMatchObject({ valid: true, code: 'valid', matchedDomain });
    await verifier.receipt(verdict.receipt, { nonce, domain: verdict.domain ?? '' });
  });

  it.each([
    'app.example.com',
    'wild.example.org',
    'deep.app.wild.example.org',
    'notexample.com',
    'nottree.example.net',
    'example.com.pirate.org',
  ])('ends at %s, which no binding covers', async (domain) => {
    expect(await ask(license.key, domain)).toMatchObject({ valid: false, code: 'domain_mismatch', domain });
  });

  it('tells the vendor of a foreign domain by a webhook that an independent library verifies', async () => {
    const endpoint = await vendor.api.must<{ secret: string }>(201, 'POST', '/v1/webhook-endpoints', {
      url: `${receiver.url}/hook`,
      eventTypes: ['license.suspicious_activity'],
    });
    webhookSecret = endpoint.secret;
    const watched = await vendor.issue(planId, { domains: ['legitimate-app.com'] });
    const before = Date.now();
    expect(await ask(watched.key, 'pirated-site.com')).toMatchObject({ code: 'domain_mismatch' });

    const request = await waitFor(() => receiver.requests.find(({ body }) => body.includes(watched.id)), {
      describe: 'the webhook',
      timeoutMs: 20_000,
    });
    expect(request).toMatchObject({ method: 'POST', path: '/hook', headers: { 'content-type': 'application/json' } });
    const message = new Webhook(webhookSecret).verify(request.body, request.headers as Record<string, string>) as {
      timestamp: string;
      data: { first_seen: string; last_seen: string; anomaly_id: string };
    };
    const { first_seen, last_seen, anomaly_id } = message.data;
    expect(message).toEqual({
      type: 'license.suspicious_activity',
      timestamp: message.timestamp,
      data: {
        license_id: watched.id,
        reason: 'domain_mismatch',
        requested_domain: 'pirated-site.com',
        bound_domain: 'legitimate-app.com',
        severity: 'info',
        count: 1,
        first_seen,
        last_seen,
        anomaly_id,
      },
    });
    expect(request.body).toBe(JSON.stringify(message));
    for (const time of [message.timestamp, first_seen, last_seen]) {
      expect(new Date(time).toISOString()).toBe(time);
      expect(Date.parse(time)).toBeGreaterThanOrEqual(before);
      expect(Date.parse(time)).toBeLessThanOrEqual(Date.now());
    }
    const { data } = await vendor.api.must<List<AnomalyBody>>(200, 'GET', `/v1/anomalies?licenseId=${watched.id}`);
    expect(data).toMatchObject([
      { id: anomaly_id, rule: 'domain_mismatch', severity: 'info', status: 'open', count: 1 },
    ]);
  }, 40_000);

  it('has exactly its granted validations counted', async () => {
    const usage = await vendor.usageOf(license.id, granted);
    expect(usage).toMatchObject({ meter: 'apiCalls', total: granted, limit: 1_000, remaining: 1_000 - granted });
    expect(usage.buckets.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(granted);
  }, 30_000);

  it('goes on in grace after its end, and says so', async () => {
    const late = await vendor.issue(planId, { startsAt: daysFromNow(-100), expiresAt: daysFromNow(-1) });
    expect(late).toMatchObject({ status: 'active', grace: true });
    const verdict = await ask(late.key, 'example.com');
    expect(verdict).toMatchObject({ valid: true, code: 'valid', grace: true, graceEndsAt: late.graceEndsAt });
  });

  it('ends after its grace, until it is renewed', async () => {
    const over = await vendor.issue(planId, { startsAt: daysFromNow(-100), expiresAt: daysFromNow(-8) });
    expect(over).toMatchObject({ status: 'expired', grace: false });
    expect(await ask(over.key, 'example.com')).toMatchObject({ valid: false, code: 'expired' });
    const renewed = await vendor.command(over.id, 'renew');
    expect(Date.parse(renewed.expiresAt ?? '')).toBeGreaterThan(Date.now() + 364 * DAY_MS);
    await untilVerdict(over.key, 'valid');
  });

  it('is suspended as long as one reason stands, which only the vendor may read', async () => {
    await vendor.command(license.id, 'suspend', { reason: 'billing' });
    await vendor.command(license.id, 'suspend', { reason: 'abuse' });
    const { version } = await vendor.read(license.id);
    await waitFor(async () => (await untilVerdict(license.key, 'suspended')).reasons?.length === 2, {
      timeoutMs: FOLLOWS_WITHIN_MS,
      describe: 'both reasons',
    });
    const publicly = vendorOf(vendor.api.as(folder.keys().publishableKey));
    const shown = await publicly.validate(license.key, 'example.com');
    expect(shown).toMatchObject({ valid: false, code: 'suspended' });
    expect(shown).not.toHaveProperty('reasons');
    const lifted = await vendor.command(license.id, 'reinstate', { reason: 'billing' });
    expect(lifted).toMatchObject({ status: 'suspended', suspendedReasons: ['abuse'], version: version + 1 });
    await waitFor(async () => (await untilVerdict(license.key, 'suspended')).reasons?.join() === 'abuse', {
      timeoutMs: FOLLOWS_WITHIN_MS,
      describe: 'one reason',
    });
    await vendor.command(license.id, 'reinstate', { reason: 'abuse' });
    await untilVerdict(license.key, 'valid');
  });

  it('is cancelled at once, and brought back by a renewal', async () => {
    await vendor.command(license.id, 'cancel', { note: 'asked for by the customer' });
    await untilVerdict(license.key, 'cancelled');
    await vendor.command(license.id, 'renew');
    await untilVerdict(license.key, 'valid');
  });

  it('is revoked for ever', async () => {
    const stolen = await vendor.issue(planId);
    await vendor.command(stolen.id, 'revoke');
    await untilVerdict(stolen.key, 'revoked');
    const refused = await vendor.api.post(`/v1/licenses/${stolen.id}/renew`);
    expect(refused).toMatchObject({ status: 409, body: { code: 'license.transition_refused' } });
  });

  it('gets a new key beside the old one, or instead of it', async () => {
    const { token } = await vendor.api.must<{ token: string }>(200, 'GET', `/v1/licenses/${license.id}/token`);
    const rotated = await vendor.command(license.id, 'rotate-key');
    expect(rotated.key).toMatch(/^lk_[0-9a-hjkmnp-tv-z]{28}$/);
    for (const key of [rotated.key, license.key, token]) {
      await waitFor(async () => (await ask(key, 'example.com')).valid, { timeoutMs: FOLLOWS_WITHIN_MS });
    }
    const again = await vendor.command(license.id, 'rotate-key', { overlapHours: 0 });
    await untilVerdict(rotated.key, 'not_found');
    expect(await ask(again.key, 'example.com')).toMatchObject({ valid: true });
    license = again;
  });
});

const rotate = (purpose: string, activate: string): Promise<{ kid: string; status: string; activatesAt: string }> =>
  vendor.api.must(201, 'POST', '/v1/signing-keys/rotate', { purpose, activate });

const untilActive = (kid: string): Promise<SigningKeyBody> =>
  waitFor(
    async () => {
      const { data } = await vendor.api.must<List<SigningKeyBody>>(200, 'GET', '/v1/signing-keys');
      return data.find((key) => key.kid === kid && key.status === 'active');
    },
    { describe: 'the new key to be active', timeoutMs: 20_000 },
  );

const tokenOf = async (licenseId: string): Promise<string> =>
  (await vendor.api.must<{ token: string }>(200, 'GET', `/v1/licenses/${licenseId}/token`)).token;

describe('the keys that sign', () => {
  const domain = 'example.com';
  const nonce = nonceOf(domain);
  /** Tokens and receipts of every key there ever was. */
  const tokens: string[] = [];
  const receipts: string[] = [];

  const everythingVerifies = async (): Promise<void> => {
    for (const token of tokens) {
      expect(await verifier.licenseToken(token, tenantId)).toMatchObject({ sub: license.id });
      expect(await ask(token, domain)).toMatchObject({ code: 'valid', licenseId: license.id });
    }
    for (const receipt of receipts) {
      expect(await verifier.receipt(receipt, { nonce, domain })).toMatchObject({ valid: true, sub: license.id });
    }
  };
  const collect = async (): Promise<void> => {
    tokens.push(await tokenOf(license.id));
    receipts.push((await ask(license.key, domain)).receipt);
  };

  it('sign what a stock library verifies, by the address that the issuer names', async () => {
    const { receipt } = await ask(license.key, domain, { receiptFormat: 'jws' });
    const verified = await jwtVerify(receipt, createRemoteJWKSet(new URL(`${platform.url}/.well-known/jwks.json`)), {
      issuer,
      audience: license.productId,
      subject: license.id,
      typ: 'validation-receipt+jwt',
      algorithms: ['EdDSA'],
    });
    expect(verified.payload).toMatchObject({ valid: true, code: 'valid', domain, nonce });
    const keySet = createRemoteJWKSet(new URL(`${platform.url}/t/${tenantId}/.well-known/jwks.json`));
    const token = await jwtVerify(await tokenOf(license.id), keySet, {
      issuer: `${issuer}/t/${tenantId}`,
      audience: license.productId,
      typ: 'license+jwt',
    });
    expect(token.payload).toMatchObject({ sub: license.id, plan: 'professional' });
  });

  it.each(['license', 'receipt'])(
    'change by schedule without a moment in which a careful verifier fails: %s',
    async (purpose) => {
      await collect();
      const former =
        purpose === 'license' ? kidOf(await tokenOf(license.id)) : kidOf((await ask(license.key, domain)).receipt);
      const next = await rotate(purpose, 'scheduled');
      expect(next).toMatchObject({ status: 'pending' });
      let used = former;
      const isUsed = async (): Promise<boolean> => {
        const verdict = await ask(license.key, domain);
        const token = await tokenOf(license.id);
        await verifier.licenseToken(token, tenantId);
        used = kidOf(purpose === 'license' ? token : verdict.receipt);
        if (used === next.kid) expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(next.activatesAt));
        else expect(used).toBe(former);
        return used === next.kid;
      };
      // asked steadily, but not so often that a fast machine uses up the license's calls
      await waitFor(isUsed, { describe: 'the scheduled key to be used', timeoutMs: 20_000, intervalMs: 20 });
      await untilActive(next.kid);
      await collect();
      await everythingVerifies();
    },
    40_000,
  );

  it.each(['license', 'receipt'])(
    'change at once when they must, and what they signed before still verifies: %s',
    async (purpose) => {
      const next = await rotate(purpose, 'now');
      expect(next).toMatchObject({ status: 'active' });
      const careless = tokenVerifier(platform.url, issuer);
      await waitFor(
        async () => {
          const verdict = await vendor.validate(license.key, domain, { nonce });
          granted += 1;
          await careless.receipt(verdict.receipt, { nonce, domain });
          // a key that is used at once is in the key set a moment later: verifiers ask again
          const keySet = await vendor.api.must<{ keys: { kid: string }[] }>(
            200,
            'GET',
            `/t/${folder.keys().tenantId}/.well-known/jwks.json`,
          );
          const isShown = keySet.keys.some(({ kid }) => kid === next.kid);
          return isShown && kidOf(purpose === 'license' ? await tokenOf(license.id) : verdict.receipt) === next.kid;
        },
        { describe: 'the new key to be used', timeoutMs: FOLLOWS_WITHIN_MS },
      );
      verifier = tokenVerifier(platform.url, issuer);
      await collect();
      await everythingVerifies();
    },
  );

  it('are the same after a crash, and nothing that was acknowledged is lost', async () => {
    const events = await vendor.api.must<List<object>>(200, 'GET', `/v1/licenses/${license.id}/events?limit=100`);
    const before = {
      keys: folder.keys(),
      license: await vendor.read(license.id),
      signingKeys: await vendor.api.must(200, 'GET', '/v1/signing-keys'),
      token: await tokenOf(license.id),
      endpoints: await vendor.api.must(200, 'GET', '/v1/webhook-endpoints'),
      anomalies: await vendor.api.must(200, 'GET', '/v1/anomalies'),
      deliveries: await vendor.api.must(200, 'GET', '/v1/webhook-deliveries?status=succeeded'),
    };
    const usage = await vendor.usageOf(license.id, granted);
    expect(usage.total).toBe(granted);
    const postgres = postgresPid(folder.path);

    await platform.kill9();
    expect(postgres).toBeGreaterThan(0);
    const asked = performance.now();
    platform = await folder.start({ environment: ENVIRONMENT });
    expect(performance.now() - asked).toBeLessThan(15_000);
    connect();

    expect({
      keys: folder.keys(),
      license: await vendor.read(license.id),
      signingKeys: await vendor.api.must(200, 'GET', '/v1/signing-keys'),
      token: await tokenOf(license.id),
      endpoints: await vendor.api.must(200, 'GET', '/v1/webhook-endpoints'),
      anomalies: await vendor.api.must(200, 'GET', '/v1/anomalies'),
      deliveries: await vendor.api.must(200, 'GET', '/v1/webhook-deliveries?status=succeeded'),
    }).toEqual(before);
    expect(await vendor.api.must(200, 'GET', `/v1/licenses/${license.id}/events?limit=100`)).toEqual(events);
    expect(await vendor.api.must<UsageBody>(200, 'GET', `/v1/usage?licenseId=${license.id}`)).toEqual(usage);
    await everythingVerifies();
    expect((await vendor.usageOf(license.id, granted)).total).toBe(granted);
  }, 90_000);
});
