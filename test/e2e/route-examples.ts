import { randomUUID } from 'node:crypto';
import type { TenantWorld } from './tenant-world.js';

/** A request that a route answers as it promises. */
export interface RouteExample {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

type MakeExample = (world: TenantWorld) => RouteExample | Promise<RouteExample>;

const onLicense =
  (body?: object): MakeExample =>
  async (world) => ({ params: { licenseId: (await world.newLicense()).id }, ...(body && { body }) });
const onEndpoint =
  (body?: object): MakeExample =>
  async (world) => ({ params: { endpointId: (await world.newEndpoint()).id }, ...(body && { body }) });
const onAnomaly: MakeExample = async (world) => ({ params: { anomalyId: (await world.newAnomaly()).id } });
const nothing: MakeExample = () => ({});

const question: MakeExample = async (world) => ({
  body: { licenseKey: (await world.newLicense()).key, domain: 'example.com' },
});

/** One good request of each route, by operation id, on new objects of a tenant. */
export const ROUTE_EXAMPLES: Readonly<Record<string, MakeExample>> = {
  createTenant: () => ({ body: { name: 'Another vendor' } }),
  listTenants: nothing,
  createApiKey: () => ({ body: { name: 'ci', kind: 'secret', rate: { perSecond: 10, burst: 20 } } }),
  listApiKeys: () => ({ query: { limit: '5' } }),
  deleteApiKey: async (world) => ({ params: { apiKeyId: (await world.newApiKey()).id } }),
  rotateSigningKey: () => ({ body: { purpose: 'license', activate: 'now' } }),
  listSigningKeys: nothing,

  createProduct: () => ({ body: { name: 'Shop' } }),
  listProducts: nothing,
  createPlan: ({ plan }) => ({ body: { productId: plan.productId, name: 'professional', limits: { apiCalls: 10 } } }),
  listPlans: ({ plan }) => ({ query: { productId: plan.productId } }),

  issueLicense: ({ plan }) => ({
    body: {
      planId: plan.id,
      domains: ['example.com', { domain: 'example.org', www: false }],
      customer: { reference: 'customer-1', email: 'owner@example.com' },
      metadata: { order: 7 },
    },
  }),
  listLicenses: ({ plan }) => ({
    query: { productId: plan.productId, planId: plan.id, status: 'active', limit: '100' },
  }),
  getLicense: onLicense(),
  updateLicense: onLicense({ features: ['export'], limits: { apiCalls: 5 }, metadata: { a: 'b' } }),
  getLicenseToken: onLicense(),
  listLicenseEvents: onLicense(),
  renewLicense: onLicense({}),
  suspendLicense: onLicense({ reason: 'billing' }),
  reinstateLicense: async (world) => {
    const { id } = await world.newLicense();
    await world.vendor.command(id, 'suspend', { reason: 'billing' });
    return { params: { licenseId: id }, body: { reason: 'billing' } };
  },
  cancelLicense: onLicense({ note: 'asked for' }),
  revokeLicense: onLicense({}),
  rotateLicenseKey: onLicense({ overlapHours: 1 }),
  changeLicensePlan: async (world) => {
    const other = await world.vendor.plan({ productId: world.plan.productId, name: 'other' });
    return { params: { licenseId: (await world.newLicense()).id }, body: { planId: other.id } };
  },
  bindDomain: onLicense({ domain: '*.example.net' }),
  releaseDomain: async (world) => ({ params: { licenseId: (await world.newLicense()).id, domain: 'example.com' } }),
  moveDomain: onLicense({ from: 'example.com', to: 'example.net' }),

  validateLicense: question,
  validateBatch: async (world) => ({ body: { items: [(await question(world)).body, { licenseKey: 'garbage' }] } }),
  explainValidation: question,
  getKeySet: nothing,
  getTenantKeySet: ({ tenantId }) => ({ params: { tenantId } }),

  recordUsage: async (world) => {
    const plan = await world.vendor.plan({ limits: { exports: 100 } });
    const { id } = await world.vendor.issue(plan.id);
    const event = { specversion: '1.0', id: randomUUID(), source: '/app', type: 'exports', subject: id };
    return { body: [{ ...event, time: new Date().toISOString(), data: { quantity: 3 } }] };
  },
  getUsage: async (world) => ({ query: { licenseId: (await world.newLicense()).id, window: 'day' } }),

  listAnomalies: async (world) => ({ query: { licenseId: (await world.newAnomaly()).licenseId } }),
  getAnomaly: onAnomaly,
  acknowledgeAnomaly: onAnomaly,
  resolveAnomaly: onAnomaly,
  muteAnomaly: onAnomaly,

  createWebhookEndpoint: () => ({ body: { url: 'http://127.0.0.1:9/hook', eventTypes: ['license.*'] } }),
  listWebhookEndpoints: nothing,
  getWebhookEndpoint: onEndpoint(),
  updateWebhookEndpoint: onEndpoint({ status: 'paused', eventTypes: ['*'] }),
  deleteWebhookEndpoint: onEndpoint(),
  testWebhookEndpoint: onEndpoint(),
  enableWebhookEndpoint: async (world) => {
    const { id } = await world.newEndpoint();
    await world.vendor.api.must(200, 'PATCH', `/v1/webhook-endpoints/${id}`, { status: 'paused' });
    return { params: { endpointId: id } };
  },
  listWebhookDeliveries: async (world) => ({ query: { endpointId: (await world.newDelivery()).endpointId } }),
  resendWebhookDelivery: async (world) => ({ params: { deliveryId: (await world.newDelivery()).id } }),
};

/** The path of an example with its parameters and query filled in; a parameter that it does not have names nothing. */
export function targetOf(path: string, { params = {}, query }: RouteExample): string {
  const filled = path.replaceAll(/:(\w+)|\{(\w+)\}/g, (_all, colon?: string, brace?: string) =>
    encodeURIComponent(params[colon ?? brace ?? ''] ?? 'nothing'),
  );
  return query === undefined ? filled : `${filled}?${new URLSearchParams(query).toString()}`;
}
