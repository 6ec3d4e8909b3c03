import {
  EVENTS,
  encodeEvent,
  type AnomalyFinding,
  type EventDefinition,
  LICENSE_EVENTS,
  type LicenseState,
  type UsageThresholdReached,
} from '@leasehold/contracts';
import type { LicenseEvent } from '@leasehold/licensing';
import { type NewRecord, partitionOf } from '@leasehold/messaging';
import { randomUUID } from 'node:crypto';

export const AT = Date.parse('2026-03-01T09:00:00.000Z');
export const LICENSE = 'lic_7d3mzk4qf8x2v6n0c7r5t9wb4e1s';

/** A license, with what the test says about it. */
export const aLicense = (overrides: Partial<LicenseState> = {}): LicenseState => ({
  id: LICENSE,
  tenantId: 'ten_01jd3mzk4qf8x2v6n0c7r5t9wb',
  productId: 'prod_01jd3mzk4qf8x2v6n0c7r5t9wb',
  planId: 'plan_01jd3mzk4qf8x2v6n0c7r5t9wb',
  plan: 'professional',
  customerReference: 'customer-7',
  trial: false,
  features: ['analytics'],
  limits: { apiCalls: 50_000 },
  enforcement: { apiCalls: 'hard' },
  period: { unit: 'month', timezone: 'UTC' },
  domainPolicy: {
    max: 3,
    kinds: ['exact', 'wildcard'],
    development: true,
    lateBinding: false,
    moveCooldownHours: 24,
    movesPerYear: 12,
  },
  bindings: [aBinding('example.com')],
  releasedSlots: [],
  lastMovedAt: null,
  startsAt: AT,
  expiresAt: Date.parse('2027-03-01T09:00:00.000Z'),
  graceDays: 7,
  planDurationDays: 365,
  planGraceDays: 7,
  suspensions: [],
  cancelledAt: null,
  revokedAt: null,
  keys: [{ hash: 'a'.repeat(64), sinceVersion: 1, validUntil: null }],
  createdAt: AT,
  updatedAt: AT,
  version: 4,
  ...overrides,
});

export const aBinding = (domain: string): LicenseState['bindings'][number] => ({
  domain,
  kind: 'exact',
  www: true,
  assurance: 'declared',
  environment: 'production',
  boundAt: AT,
});

export const aFinding = (overrides: Partial<AnomalyFinding> = {}): AnomalyFinding => ({
  id: 'ano_01jd3mzk4qf8x2v6n0c7r5t9wb',
  rule: 'domain_mismatch',
  severity: 'warning',
  status: 'open',
  license: LICENSE,
  tenant: 'ten_01jd3mzk4qf8x2v6n0c7r5t9wb',
  product: 'prod_01jd3mzk4qf8x2v6n0c7r5t9wb',
  count: 7,
  requestedDomain: 'pirated-site.com',
  boundDomain: 'legitimate-app.com',
  firstSeenAt: AT,
  lastSeenAt: AT + 60_000,
  evidence: {},
  ...overrides,
});

export const aThreshold = (overrides: Partial<UsageThresholdReached> = {}): UsageThresholdReached => ({
  license: LICENSE,
  tenant: 'ten_01jd3mzk4qf8x2v6n0c7r5t9wb',
  product: 'prod_01jd3mzk4qf8x2v6n0c7r5t9wb',
  meter: 'apiCalls',
  threshold: 80,
  used: 40_000,
  limit: 50_000,
  periodStart: AT,
  resetsAt: Date.parse('2026-04-01T00:00:00.000Z'),
  ...overrides,
});

/** A record of the log, as the services that write them make it. */
export function recordOf(
  definition: Pick<EventDefinition, 'type' | 'topic' | 'schema'>,
  tenant: string,
  data: object,
  id: string = randomUUID(),
): NewRecord {
  const envelope = { id, source: '/leasehold/test', subject: LICENSE, time: AT, tenant };
  const { name, partitions } = definition.topic;
  const encoded = encodeEvent({ description: '', ...definition }, envelope, data);
  return { topic: name, partition: partitionOf(LICENSE, partitions), key: LICENSE, ...encoded };
}

type Change = LicenseEvent extends infer Event ? (Event extends LicenseEvent ? Omit<Event, 'at'> : never) : never;

export function licenseRecord({ type, ...change }: Change, license = aLicense(), id?: string): NewRecord {
  const actor = { type: 'system', id: 'test' } as const;
  const data = { change: { at: AT, ...change }, license, actor };
  return recordOf(LICENSE_EVENTS[type], license.tenantId, data, id);
}

export const suspended = (license?: LicenseState, id?: string): NewRecord =>
  licenseRecord({ type: 'LicenseSuspended', reason: 'payment' }, license, id);

export const findingRecord = (finding = aFinding()): NewRecord =>
  recordOf(EVENTS.anomalyFound, finding.tenant, finding);

export const settlementRecord = (finding = aFinding()): NewRecord =>
  recordOf(EVENTS.anomalySettled, finding.tenant, finding);
