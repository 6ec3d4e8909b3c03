import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ErrorCode, ERRORS } from '@leasehold/contracts';
import { captureHttp, type HttpCapture } from '@leasehold/testing';
import { type ApiAnswer, type ApiClient, apiClient } from './api-client.js';
import { type DataFolder, openDataFolder, ROOT } from './platform-process.js';
import { openTenantWorld, type TenantWorld } from './tenant-world.js';

/** What only a broken part, or chance, brings about: shown where those are. */
const SHOWN_ELSEWHERE: readonly ErrorCode[] = ['internal_error', 'service_unavailable', 'license.already_exists'];

let folder: DataFolder;
let receiver: HttpCapture;
let anonymous: ApiClient;
let api: ApiClient;
let world: TenantWorld;

const NOBODY = 'nothing';
const licensePath = async (path = ''): Promise<string> => `/v1/licenses/${(await world.newLicense()).id}${path}`;
const post = (path: string, body?: unknown, headers?: Record<string, string>) => api.post(path, body, headers);
const onLicense = async (path: string, body: object = {}) => await post(await licensePath(path), body);
const planOf = async (domains: object) => (await world.vendor.plan({ domains })).id;
const many = (count: number): string[] => Array.from({ length: count }, (_, n) => `${'f'.repeat(60)}${n}`);

type Provoke = () => Promise<ApiAnswer>;

/** The request that each code is the answer to. */
const PROVOKED: Partial<Record<ErrorCode, Provoke>> = {
  malformed_request: () => post('/v1/products', '{"name": '),
  invalid_header: async () => post(await licensePath('/renew'), {}, { 'if-match': 'seven' }),
  unauthenticated: () => anonymous.get('/v1/products'),
  invalid_api_key: () => anonymous.as('lh_sk_none').get('/v1/products'),
  secret_key_required: () => anonymous.as(world.publishableKey).get('/v1/products'),
  operator_key_required: () => api.get('/v1/tenants'),
  insufficient_scope: async () => {
    const { key } = await world.newApiKey(['plans:read']);
    return await anonymous.as(key).get('/v1/products');
  },
  not_found: () => api.get('/v1/nothing'),
  method_not_allowed: () => api.send('PUT', '/v1/products', {}),
  body_too_large: () => post('/v1/products', { name: 'x'.repeat(1_100_000) }),
  unsupported_media_type: () => post('/v1/products', 'name=Shop', { 'content-type': 'text/plain' }),
  invalid_request: () => post('/v1/products', { name: 7 }),
  invalid_cursor: () => api.get('/v1/products?cursor=garbage'),
  idempotency_key_reused: async () => {
    const headers = { 'idempotency-key': 'used-once' };
    await post('/v1/products', { name: 'one' }, headers);
    return await post('/v1/products', { name: 'other' }, headers);
  },
  idempotency_in_flight: async () => {
    for (let attempt = 0; attempt < 50; attempt += 1) {
      const headers = { 'idempotency-key': `at-once-${attempt}` };
      const all = await Promise.all(Array.from({ length: 8 }, () => post('/v1/products', { name: 'one' }, headers)));
      const refused = all.find(({ status }) => status !== 201);
      expect(new Set(all.filter(({ status }) => status === 201).map(({ text }) => text)).size).toBe(1);
      if (refused !== undefined) return refused;
    }
    throw new Error('eight requests at once never met');
  },
  rate_limited: async () => {
    const { key: licenseKey } = await world.newLicense();
    const ask = () => anonymous.post('/v1/licenses/validate', { licenseKey, domain: 'example.com' });
    const all = await Promise.all(Array.from({ length: 200 }, ask));
    const refused = all.find(({ status }) => status !== 200);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    return refused ?? Promise.reject(new Error('all 200 were answered'));
  },

  'tenant.not_found': () => anonymous.get('/t/ten_01jd3mzk4qf8x2v6n0c7r5t9wb/.well-known/jwks.json'),
  'product.not_found': () => post('/v1/plans', { productId: 'prod_01jd3mzk4qf8x2v6n0c7r5t9wb', name: 'p' }),
  'plan.not_found': () => post('/v1/licenses', { planId: 'plan_01jd3mzk4qf8x2v6n0c7r5t9wb' }),
  'api_key.not_found': () => api.send('DELETE', `/v1/api-keys/${NOBODY}`),
  'api_key.scope_not_held': async () => {
    const { key } = await world.newApiKey(['api-keys:write']);
    return await anonymous.as(key).post('/v1/api-keys', { name: 'k', kind: 'secret', scopes: ['plans:read'] });
  },
  'signing_key.rotation_pending': async () => {
    await post('/v1/signing-keys/rotate', { activate: 'scheduled' });
    return await post('/v1/signing-keys/rotate', { activate: 'scheduled' });
  },

  'license.not_found': () => api.get(`/v1/licenses/${NOBODY}`),
  'license.version_conflict': async () => post(await licensePath('/renew'), {}, { 'if-match': '"7"' }),
  'license.transition_refused': async () => {
    const path = await licensePath();
    await post(`${path}/revoke`);
    return await post(`${path}/suspend`, { reason: 'late' });
  },
  'license.too_large': async () => api.send('PATCH', await licensePath(), { features: many(99) }),
  'license.domain_invalid': () => onLicense('/domains', { domain: 'https://example.net/' }),
  'license.domain_public_suffix': () => onLicense('/domains', { domain: '*.co.uk' }),
  'license.domain_kind_not_allowed': async () =>
    post('/v1/licenses', { planId: await planOf({ kinds: ['exact'] }), domains: ['*.example.com'] }),
  'license.domain_limit': async () =>
    post('/v1/licenses', { planId: await planOf({ max: 1 }), domains: ['a.com', 'b.com'] }),
  'license.domain_already_bound': () => onLicense('/domains', { domain: 'EXAMPLE.com' }),
  'license.domain_not_bound': async () => api.send('DELETE', await licensePath('/domains/example.net')),
  'license.domain_move_cooldown': async () => {
    const { id } = await world.vendor.issue(await planOf({ moveCooldownHours: 24 }));
    await world.vendor.command(id, 'domains/move', { from: 'example.com', to: 'example.net' });
    return await post(`/v1/licenses/${id}/domains/move`, { from: 'example.net', to: 'example.org' });
  },
  'license.time_range_invalid': () =>
    post('/v1/licenses', {
      planId: world.plan.id,
      startsAt: '2027-01-02T00:00:00Z',
      expiresAt: '2027-01-01T00:00:00Z',
    }),
  'license.plan_product_mismatch': async () => onLicense('/change-plan', { planId: await planOf({}) }),

  'usage.meter_not_found': async () => {
    const { id } = await world.newLicense();
    await world.vendor.usageOf(id, 0);
    return await api.get(`/v1/usage?licenseId=${id}&meter=unheard`);
  },
  'anomaly.not_found': () => api.get(`/v1/anomalies/${NOBODY}`),
  'anomaly.transition_refused': async () => {
    const { id } = await world.newAnomaly();
    await post(`/v1/anomalies/${id}/resolve`);
    return await post(`/v1/anomalies/${id}/mute`);
  },
  'webhook_endpoint.not_found': () => api.get(`/v1/webhook-endpoints/${NOBODY}`),
  'webhook_endpoint.url_refused': () => post('/v1/webhook-endpoints', { url: 'http://10.0.0.1/hook' }),
  'webhook_endpoint.not_disabled': async () => post(`/v1/webhook-endpoints/${(await world.newEndpoint()).id}/enable`),
  'webhook_delivery.not_found': () => post(`/v1/webhook-deliveries/${NOBODY}/resend`),
};

const codes = Object.keys(ERRORS) as ErrorCode[];
const provoked = codes.filter((code) => PROVOKED[code] !== undefined);

beforeAll(async () => {
  [folder, receiver] = await Promise.all([openDataFolder(), captureHttp()]);
  const { url } = await folder.start();
  anonymous = apiClient(url);
  world = await openTenantWorld(anonymous, folder.keys(), receiver.url);
  ({ api } = world.vendor);
}, 90_000);
afterAll(async () => {
  await folder.remove();
  await receiver.close();
}, 60_000);

describe('an error', () => {
  it.each(provoked)(
    'is told as a problem with a page that explains it: %s',
    async (code) => {
      const answer = await (PROVOKED[code]?.() ?? Promise.reject(new Error('no request')));
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(answer.body).toMatchObject({
        type: `http://localhost:${folder.port}/docs/errors/${code}`,
        title: ERRORS[code].sentence,
        status: ERRORS[code].status,
        code,
        detail: expect.stringMatching(/./),
        instance: expect.stringMatching(/^\//),
        requestId: answer.headers.get('x-request-id'),
      });
      expect(answer.status).toBe(ERRORS[code].status);
      const page = await anonymous.get(`/docs/errors/${code}`);
      expect([page.status, page.text.split('\n', 1)]).toEqual([200, [`# ${code}`]]);
    },
    40_000,
  );

  it('that no request alone can bring about is brought about in another test', () => {
    expect(codes.filter((code) => !provoked.includes(code)).sort()).toEqual([...SHOWN_ELSEWHERE].sort());
    const files = ['apps', 'libs'].flatMap((folderName) =>
      readdirSync(join(ROOT, folderName), { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.spec.ts') && !path.includes('node_modules'))
        .map((path) => readFileSync(join(ROOT, folderName, path), 'utf8')),
    );
    for (const code of SHOWN_ELSEWHERE) {
      const showing = files.filter((text) =>
        new RegExp(`code[^\\n]{0,20}'${code}'|thenRefused\\('${code}'`).test(text),
      );
      expect([code, showing.length > 0]).toEqual([code, true]);
    }
  });
});
