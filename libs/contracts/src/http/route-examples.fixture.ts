import { WEBHOOK_EVENT_TYPES } from './webhooks.js';

/** A complete request and a complete answer of every route, as they stand on the wire. */
export interface RouteExample {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly answer?: unknown;
  /** Members of the answer that may be absent, as paths; every other one is promised. */
  readonly mayBeAbsent?: readonly string[];
}

const AT = '2026-03-01T09:30:00.000Z';
const LATER = '2027-03-01T09:30:00.000Z';
const SUFFIX = '01jd3mzk4qf8x2v6n0c7r5t9wb';
const licenseId = 'lic_7d3mzk4qf8x2v6n0c7r5t9wb4e1s';
const productId = `prod_${SUFFIX}`;
const planId = `plan_${SUFFIX}`;
const tenantId = `ten_${SUFFIX}`;
const apiKeyId = `key_${SUFFIX}`;
const endpointId = `we_${SUFFIX}`;
const deliveryId = `wd_${SUFFIX}`;
const anomalyId = `ano_${SUFFIX}`;

const page = { limit: '50', cursor: 'eyJhIjoxfQ' };
const listOf = (item: unknown, mayBeAbsent: readonly string[] = []): Pick<RouteExample, 'answer' | 'mayBeAbsent'> => ({
  answer: { data: [item], nextCursor: 'eyJhIjoyfQ' },
  mayBeAbsent: mayBeAbsent.map((path) => `data/0/${path}`),
});

const tenant = { id: tenantId, name: 'Example', createdAt: AT };
const apiKey = {
  id: apiKeyId,
  name: 'backend',
  kind: 'secret',
  scopes: ['licenses:read'],
  rate: { perSecond: 0.5, burst: 10 },
  hint: 'lh_sk_…wb4e',
  createdAt: AT,
};
const signingKey = {
  kid: 'k7Q2',
  purpose: 'license',
  status: 'pending',
  createdAt: AT,
  activatesAt: AT,
  retiresAt: LATER,
};
const keySet = { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'x', kid: 'k7Q2' }] };
const product = { id: productId, name: 'Analytics', createdAt: AT };
const planTerms = {
  productId,
  name: 'professional',
  features: ['analytics'],
  limits: { apiCalls: 50_000 },
  enforcement: { apiCalls: 'soft' },
  period: { unit: 'day', timezone: 'Europe/Berlin' },
  durationDays: 365,
  trialDays: 14,
  trialGraceDays: 1,
  graceDays: 7,
  domains: {
    max: 3,
    kinds: ['exact', 'wildcard', 'subtree'],
    development: false,
    lateBinding: true,
    moveCooldownHours: 24,
    movesPerYear: 12,
  },
};
const plan = { id: planId, ...planTerms, createdAt: AT };
const ofPlanMaps = ['limits/apiCalls', 'enforcement/apiCalls'];

const binding = {
  domain: 'example.com',
  kind: 'exact',
  www: true,
  assurance: 'declared',
  environment: 'production',
  boundAt: AT,
};
const license = {
  id: licenseId,
  key: licenseId,
  status: 'active',
  suspendedReasons: ['billing'],
  productId,
  planId,
  plan: 'professional',
  customer: { reference: 'customer-7', email: 'buyer@example.com' },
  domains: [binding],
  features: ['analytics'],
  limits: { apiCalls: 50_000 },
  startsAt: AT,
  expiresAt: LATER,
  grace: true,
  graceEndsAt: LATER,
  metadata: { order: 'A-7', seats: 3, paid: true },
  version: 4,
  createdAt: AT,
  updatedAt: AT,
};
const ofLicenseMaps = ['limits/apiCalls', 'metadata/order', 'metadata/seats', 'metadata/paid'];
const onLicense = (body?: Readonly<Record<string, unknown>>): RouteExample => ({
  params: { licenseId },
  ...(body && { body }),
  answer: license,
  mayBeAbsent: ofLicenseMaps,
});

const validation = {
  licenseKey: licenseId,
  domain: 'app.example.com',
  nonce: 'AAECAwQFBgcICQoLDA0ODw',
  product: productId,
  features: ['analytics'],
  receiptFormat: 'jws',
};
const verdict = {
  valid: true,
  code: 'valid',
  licenseId,
  domain: 'app.example.com',
  matchedDomain: '*.example.com',
  assurance: 'observed',
  environment: 'production',
  plan: 'professional',
  features: ['analytics'],
  limits: { apiCalls: 50_000 },
  usage: { apiCalls: { used: 1, remaining: 49_999, resetsAt: LATER } },
  reasons: ['billing'],
  grace: true,
  graceEndsAt: LATER,
  expiresAt: LATER,
  nonce: 'AAECAwQFBgcICQoLDA0ODw',
  checkedAt: AT,
  warnings: ['usage_soft_limit'],
  receipt: 'eyJ.eyJ.sig',
};
/** A refusal without a license says little: these come with what they speak of. */
const ofVerdict = ['licenseId', 'domain', 'matchedDomain', 'assurance', 'environment', 'plan', 'features', 'limits']
  .concat(['usage', 'reasons', 'graceEndsAt', 'expiresAt', 'limits/apiCalls', 'usage/apiCalls'])
  .sort();
const check = {
  check: 'features_present',
  outcome: 'fail',
  code: 'feature_missing',
  subject: 'sso',
  rule: 'The license must have every feature the caller demands.',
  remedy: 'Add the feature to the license.',
};

const usageEvent = {
  specversion: '1.0',
  id: 'order-7',
  source: '/shop',
  type: 'exports',
  subject: licenseId,
  time: AT,
  data: { quantity: 3 },
};
const usage = {
  licenseId,
  meter: 'apiCalls',
  from: AT,
  to: LATER,
  total: 3,
  limit: 50_000,
  remaining: 49_997,
  resetsAt: LATER,
  buckets: [{ start: AT, quantity: 3 }],
};
const anomaly = {
  id: anomalyId,
  rule: 'domain_mismatch',
  severity: 'warning',
  status: 'open',
  licenseId,
  count: 3,
  firstSeenAt: AT,
  lastSeenAt: LATER,
  evidence: { domains: 2 },
};
const onAnomaly: RouteExample = { params: { anomalyId }, answer: anomaly, mayBeAbsent: ['evidence/domains'] };

const endpoint = {
  id: endpointId,
  url: 'https://example.com/hook',
  eventTypes: ['license.*'],
  status: 'disabled',
  disabledReason: 'five days of failures',
  createdAt: AT,
  updatedAt: AT,
};
const onEndpoint: RouteExample = { params: { endpointId }, answer: endpoint, mayBeAbsent: ['disabledReason'] };
const delivery = {
  id: deliveryId,
  eventId: '01933f5c-7a2e-7c3b-9d4e-5f60718293a4',
  eventType: 'license.issued',
  endpointId,
  status: 'pending',
  attempts: [{ at: AT, statusCode: 503, error: 'status 503', durationMs: 12 }],
  nextAttemptAt: LATER,
  createdAt: AT,
};
const ofDelivery = ['attempts/0/statusCode', 'attempts/0/error'];

const accountExamples: Readonly<Record<string, RouteExample>> = {
  createTenant: { body: { name: 'Example' }, answer: { ...tenant, secretKey: 'lh_sk_1', publishableKey: 'lh_pk_1' } },
  listTenants: { query: page, ...listOf(tenant) },
  createApiKey: {
    body: { name: 'backend', kind: 'secret', scopes: ['licenses:read'], rate: { perSecond: 0.5, burst: 10 } },
    answer: { ...apiKey, key: 'lh_sk_1' },
  },
  listApiKeys: { query: page, ...listOf(apiKey) },
  deleteApiKey: { params: { apiKeyId } },
  rotateSigningKey: {
    body: { purpose: 'receipt', activate: 'now' },
    answer: { kid: 'k7Q3', purpose: 'receipt', status: 'active', activatesAt: AT },
  },
  listSigningKeys: { query: page, ...listOf(signingKey) },
  createProduct: { body: { name: 'Analytics' }, answer: product },
  listProducts: { query: page, ...listOf(product) },
  createPlan: { body: planTerms, answer: plan, mayBeAbsent: ofPlanMaps },
  listPlans: { query: { ...page, productId }, ...listOf(plan, ofPlanMaps) },
};

const licenseExamples: Readonly<Record<string, RouteExample>> = {
  issueLicense: {
    body: {
      planId,
      domains: ['example.com', { domain: '*.example.com', www: false }],
      customer: { reference: 'customer-7', email: 'buyer@example.com' },
      features: ['analytics'],
      limits: { apiCalls: 50_000 },
      startsAt: AT,
      expiresAt: '2027-03-01T10:30:00+01:00',
      metadata: license.metadata,
    },
    answer: license,
    mayBeAbsent: ofLicenseMaps,
  },
  listLicenses: {
    query: { ...page, status: 'active', domain: 'example.com', productId, planId, customer: 'customer-7' },
    ...listOf(license, ofLicenseMaps),
  },
  getLicense: onLicense(),
  updateLicense: onLicense({ features: ['sso'], limits: { seats: 5 }, metadata: { order: 'A-8' } }),
  getLicenseToken: { params: { licenseId }, answer: { token: 'eyJ.eyJ.sig' } },
  listLicenseEvents: {
    params: { licenseId },
    query: page,
    ...listOf(
      {
        id: 'e1',
        type: 'LicenseIssued',
        version: 1,
        occurredAt: AT,
        actor: `api_key:${apiKeyId}`,
        data: { trial: true },
      },
      ['data/trial'],
    ),
  },
  renewLicense: onLicense({ expiresAt: LATER }),
  suspendLicense: onLicense({ reason: 'billing' }),
  reinstateLicense: onLicense({ reason: 'billing' }),
  cancelLicense: onLicense({ note: 'moved away' }),
  revokeLicense: onLicense({ note: 'leaked' }),
  rotateLicenseKey: onLicense({ overlapHours: 1 }),
  changeLicensePlan: onLicense({ planId }),
  bindDomain: { params: { licenseId }, body: { domain: 'example.com', www: false }, answer: binding },
  releaseDomain: { params: { licenseId, domain: '*.example.com' } },
  moveDomain: onLicense({ from: 'example.com', to: 'example.org' }),
};

const runtimeExamples: Readonly<Record<string, RouteExample>> = {
  validateLicense: { body: validation, answer: verdict, mayBeAbsent: ofVerdict },
  validateBatch: {
    body: { items: [validation] },
    answer: { results: [verdict] },
    mayBeAbsent: ofVerdict.map((path) => `results/0/${path}`),
  },
  explainValidation: { body: validation, answer: { valid: false, code: 'feature_missing', checks: [check] } },
  getKeySet: { answer: keySet, mayBeAbsent: ['keys/0/kty', 'keys/0/crv', 'keys/0/x', 'keys/0/kid'] },
  getTenantKeySet: {
    params: { tenantId },
    answer: keySet,
    mayBeAbsent: ['keys/0/kty', 'keys/0/crv', 'keys/0/x', 'keys/0/kid'],
  },
  recordUsage: {
    body: usageEvent,
    answer: { results: [{ id: 'order-7', status: 'invalid', code: 'unknown_meter' }] },
    mayBeAbsent: ['results/0/code'],
  },
  getUsage: {
    query: { licenseId, meter: 'exports', from: AT, to: LATER, window: 'day', timezone: 'Europe/Berlin' },
    answer: usage,
  },
  listAnomalies: {
    query: { ...page, licenseId, rule: 'burst_requests', status: 'muted', severity: 'info' },
    ...listOf(anomaly, ['evidence/domains']),
  },
  getAnomaly: onAnomaly,
  acknowledgeAnomaly: onAnomaly,
  resolveAnomaly: onAnomaly,
  muteAnomaly: onAnomaly,
};

const webhookExamples: Readonly<Record<string, RouteExample>> = {
  createWebhookEndpoint: {
    body: { url: endpoint.url, eventTypes: [...WEBHOOK_EVENT_TYPES], signature: 'v1' },
    answer: { ...endpoint, secret: 'whsec_1' },
    mayBeAbsent: ['disabledReason'],
  },
  listWebhookEndpoints: { query: page, ...listOf(endpoint, ['disabledReason']) },
  getWebhookEndpoint: onEndpoint,
  updateWebhookEndpoint: { ...onEndpoint, body: { url: endpoint.url, eventTypes: ['*'], status: 'paused' } },
  deleteWebhookEndpoint: { params: { endpointId } },
  testWebhookEndpoint: { params: { endpointId }, answer: { deliveryId, eventId: delivery.eventId } },
  enableWebhookEndpoint: onEndpoint,
  listWebhookDeliveries: {
    query: { ...page, endpointId, status: 'failed', eventType: 'webhook.test' },
    ...listOf(delivery, ofDelivery),
  },
  resendWebhookDelivery: { params: { deliveryId }, answer: delivery, mayBeAbsent: ofDelivery },
};

export const ROUTE_EXAMPLES: Readonly<Record<string, RouteExample>> = {
  ...accountExamples,
  ...licenseExamples,
  ...runtimeExamples,
  ...webhookExamples,
};
