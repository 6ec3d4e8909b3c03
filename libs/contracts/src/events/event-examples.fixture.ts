import { TOPICS } from '../topics.js';
import { accountKey, PLATFORM_TENANT } from './accounts.js';
import type { EventEnvelope } from './envelope.js';
import { aLicenseState } from './license-state.fixture.js';

/** One complete record of every event type, as a writer states it: what `golden-events.json` holds as the log does. */
export interface EventExample {
  readonly key: string;
  readonly envelope: Omit<EventEnvelope, 'type'>;
  readonly data: unknown;
}

const AT = Date.parse('2026-03-01T09:30:00.123Z');
const LATER = Date.parse('2027-03-01T09:00:00.000Z');
const LICENSE = 'lic_7d3mzk4qf8x2v6n0c7r5t9wb4e1s';
const TENANT = 'ten_01jd3mzk4qf8x2v6n0c7r5t9wb';
const PRODUCT = 'prod_01jd3mzk4qf8x2v6n0c7r5t9wb';
const PLAN = 'plan_01jd3mzk4qf8x2v6n0c7r5t9wb';
const API_KEY = 'key_01jd3mzk4qf8x2v6n0c7r5t9wb';
const ENDPOINT = 'we_01jd3mzk4qf8x2v6n0c7r5t9wb';

const by = (service: string, subject: string, rest: Partial<EventEnvelope> = {}): Omit<EventEnvelope, 'type'> => ({
  id: '01933f5c-7a2e-7c3b-9d4e-5f60718293a4',
  source: `/leasehold/${service}`,
  subject,
  time: AT,
  ...rest,
});

const license = aLicenseState({
  customerReference: 'Müller & Söhne 株式会社 🔑',
  releasedSlots: [{ domain: 'old.example', at: AT }],
  lastMovedAt: AT,
  suspensions: ['billing'],
  cancelledAt: AT,
  revokedAt: LATER,
  version: 9,
});

const ofLicense = (change: Readonly<Record<string, unknown>>): EventExample => ({
  key: LICENSE,
  envelope: by('issuance', LICENSE, {
    tenant: TENANT,
    sequence: 9,
    partitionKey: LICENSE,
    correlationId: '01933f5c-7a2e-7c3b-9d4e-5f60718293a5',
    causationId: '01933f5c-7a2e-7c3b-9d4e-5f60718293a6',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  }),
  data: { change: { at: AT, ...change }, license, actor: { type: 'api_key', id: API_KEY } },
});

const ofAccount = (kind: string, id: string, data: unknown, tenant = TENANT): EventExample => ({
  key: accountKey(tenant, kind, id),
  envelope: by('issuance', id, tenant === PLATFORM_TENANT ? {} : { tenant, partitionKey: tenant }),
  data,
});

const ofUsage = (change: Readonly<Record<string, unknown>> = {}): EventExample => ({
  key: LICENSE,
  envelope: by('metering', LICENSE, { tenant: TENANT, partitionKey: LICENSE }),
  data: {
    license: LICENSE,
    tenant: TENANT,
    product: PRODUCT,
    meter: 'apiCalls',
    used: 40_000,
    limit: 50_000,
    periodStart: AT,
    resetsAt: LATER,
    ...change,
  },
});

const terms = {
  planId: license.planId,
  plan: license.plan,
  features: license.features,
  limits: license.limits,
  enforcement: license.enforcement,
  period: license.period,
  domainPolicy: license.domainPolicy,
  graceDays: 7,
  planDurationDays: null,
  planGraceDays: 14,
};
const binding = {
  domain: '*.xn--bcher-kva.example',
  kind: 'wildcard',
  www: false,
  assurance: 'observed',
  environment: 'production',
  boundAt: AT,
};
const jwk = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
const publicKey = { kid: 'k7Q2', tenantId: TENANT, purpose: 'license', jwk, status: 'active', createdAt: AT };

const licenseExamples = {
  'leasehold.license.issued.v1': ofLicense({
    ...terms,
    licenseId: LICENSE,
    tenantId: TENANT,
    productId: PRODUCT,
    customerReference: null,
    trial: true,
    bindings: [binding],
    startsAt: AT,
    expiresAt: LATER,
    keyHash: 'b'.repeat(64),
  }),
  'leasehold.license.renewed.v1': ofLicense({ expiresAt: null }),
  'leasehold.license.trial_converted.v1': ofLicense({}),
  'leasehold.license.plan_changed.v1': ofLicense(terms),
  'leasehold.license.features_changed.v1': ofLicense({ features: ['analytics', 'sso'] }),
  'leasehold.license.limits_changed.v1': ofLicense({ limits: { apiCalls: 0, seats: 25 } }),
  'leasehold.license.suspended.v1': ofLicense({ reason: 'billing' }),
  'leasehold.license.reinstated.v1': ofLicense({ reason: 'abuse' }),
  'leasehold.license.cancelled.v1': ofLicense({ note: 'moved "away"\n' }),
  'leasehold.license.revoked.v1': ofLicense({ note: null }),
  'leasehold.license.domain_bound.v1': ofLicense({ binding, inPlaceOf: 'old.example' }),
  'leasehold.license.domain_released.v1': ofLicense({ domain: 'example.com' }),
  'leasehold.license.domain_moved.v1': ofLicense({ from: 'example.com', to: binding }),
  'leasehold.license.domain_proven.v1': ofLicense({ domain: 'example.com' }),
  'leasehold.license.domain_proof_lost.v1': ofLicense({ domain: 'example.com' }),
  'leasehold.license.key_rotated.v1': ofLicense({ keyHash: 'c'.repeat(64), formerValidUntil: LATER }),
  'leasehold.license.metadata_changed.v1': ofLicense({}),
  'leasehold.license.expiring.v1': ofLicense({ days: 30, expiresAt: LATER }),
  'leasehold.license.expired.v1': ofLicense({ expiresAt: LATER }),
  'leasehold.license.grace_ended.v1': ofLicense({ expiresAt: LATER }),
  'leasehold.license.state.v1': {
    key: LICENSE,
    envelope: by('issuance', LICENSE, { tenant: TENANT, sequence: 9, partitionKey: LICENSE }),
    data: license,
  },
};

const accountExamples = {
  'leasehold.account.tenant.v1': ofAccount('tenant', TENANT, { id: TENANT, name: 'Example', createdAt: AT }),
  'leasehold.account.api_key.v1': ofAccount('api-key', API_KEY, {
    id: API_KEY,
    tenantId: TENANT,
    kind: 'secret',
    hash: 'd'.repeat(64),
    scopes: ['licenses:read', 'licenses:write'],
    rate: { perSecond: 0.5, burst: 20 },
    createdAt: AT,
  }),
  'leasehold.account.product.v1': ofAccount('product', PRODUCT, {
    id: PRODUCT,
    tenantId: TENANT,
    name: 'Analytics',
    createdAt: AT,
  }),
  'leasehold.account.plan.v1': ofAccount('plan', PLAN, {
    id: PLAN,
    tenantId: TENANT,
    productId: PRODUCT,
    name: 'professional',
    limits: { apiCalls: 50_000 },
    createdAt: AT,
  }),
  'leasehold.account.public_key.v1': ofAccount('public-key', 'k7Q2', {
    ...publicKey,
    activatesAt: AT,
    retiresAt: null,
  }),
  'leasehold.service_key.v1': {
    key: 'k7Q3',
    envelope: by('issuance', 'k7Q3'),
    data: {
      kid: 'k7Q3',
      purpose: 'receipt',
      jwk,
      ciphertext: 'AAECAwQFBgc',
      status: 'pending',
      createdAt: AT,
      activatesAt: null,
      retiresAt: LATER,
    },
  },
};

const trafficExamples = {
  'leasehold.validations.batch.v1': {
    key: 'validation-1',
    envelope: by('validation', 'validation-1'),
    data: {
      instance: 'validation-1',
      boot: '01933f5c-7a2e-7c3b-9d4e-5f60718293a7',
      partition: 11,
      first: 41,
      items: [
        {
          license: LICENSE,
          tenant: TENANT,
          product: PRODUCT,
          code: 'domain_mismatch',
          domain: 'evil.example',
          boundDomain: 'example.com',
          environment: 'production',
          apiKey: API_KEY,
          client: 'Zm9v',
          at: AT,
        },
        { code: 'not_found', at: AT + 1 },
      ],
    },
  },
  'leasehold.binding.requested.v1': {
    key: LICENSE,
    envelope: by('validation', LICENSE, { tenant: TENANT, partitionKey: LICENSE }),
    data: { license: LICENSE, tenant: TENANT, domain: 'example.com', assurance: 'observed', at: AT },
  },
  'leasehold.usage.threshold_reached.v1': ofUsage({ threshold: 80 }),
  'leasehold.usage.exceeded.v1': ofUsage({ used: 50_001 }),
  'leasehold.usage.balance.v1': {
    key: `${LICENSE}/apiCalls`,
    envelope: by('metering', LICENSE, { tenant: TENANT, partitionKey: LICENSE }),
    data: {
      license: LICENSE,
      tenant: TENANT,
      meter: 'apiCalls',
      used: 7,
      limit: 50_000,
      periodStart: AT,
      periodEnd: LATER,
      acked: { '01933f5c-7a2e-7c3b-9d4e-5f60718293a7': 42 },
    },
  },
  'leasehold.anomaly.found.v1': {
    key: LICENSE,
    envelope: by('anomaly', LICENSE, { tenant: TENANT, partitionKey: LICENSE }),
    data: {
      id: 'ano_01jd3mzk4qf8x2v6n0c7r5t9wb',
      rule: 'domain_mismatch',
      severity: 'critical',
      status: 'open',
      license: LICENSE,
      tenant: TENANT,
      product: PRODUCT,
      count: 3,
      requestedDomain: 'evil.example',
      boundDomain: null,
      firstSeenAt: AT,
      lastSeenAt: LATER,
      evidence: { clients: 3, sample: ['Zm9v'] },
    },
  },
  'leasehold.anomaly.settled.v1': {
    key: LICENSE,
    envelope: by('anomaly', LICENSE, { tenant: TENANT, partitionKey: LICENSE }),
    data: {
      id: 'ano_01jd3mzk4qf8x2v6n0c7r5t9wb',
      rule: 'burst_requests',
      severity: 'warning',
      status: 'acknowledged',
      license: LICENSE,
      tenant: TENANT,
      product: PRODUCT,
      count: 900,
      requestedDomain: null,
      boundDomain: null,
      firstSeenAt: AT,
      lastSeenAt: LATER,
      evidence: { perMinute: 900 },
    },
  },
  'leasehold.webhook.attempted.v1': {
    key: ENDPOINT,
    envelope: by('webhooks', ENDPOINT, { tenant: TENANT }),
    data: {
      delivery: 'wd_01jd3mzk4qf8x2v6n0c7r5t9wb',
      endpoint: ENDPOINT,
      tenant: TENANT,
      eventId: '01933f5c-7a2e-7c3b-9d4e-5f60718293a8',
      eventType: 'license.issued',
      attempt: 2,
      statusCode: null,
      error: 'timeout',
      durationMs: 10_000,
      at: AT,
    },
  },
};

/** The topic each example goes to, by the prefix of its type; the record's place is part of the promise too. */
export const TOPIC_OF_PREFIX = [
  ['leasehold.license.state.', TOPICS.licenseState],
  ['leasehold.license.', TOPICS.licenses],
  ['leasehold.account.', TOPICS.accounts],
  ['leasehold.service_key.', TOPICS.serviceKeys],
  ['leasehold.validations.', TOPICS.validations],
  ['leasehold.binding.', TOPICS.bindingRequests],
  ['leasehold.usage.balance.', TOPICS.usageBalances],
  ['leasehold.usage.', TOPICS.usage],
  ['leasehold.anomaly.', TOPICS.anomalies],
  ['leasehold.webhook.', TOPICS.webhookAttempts],
] as const;

export const EVENT_EXAMPLES: ReadonlyMap<string, EventExample> = new Map<string, EventExample>(
  Object.entries<EventExample>({ ...licenseExamples, ...accountExamples, ...trafficExamples }),
);
