import {
  accountKey,
  encodeEvent,
  EVENTS,
  LICENSE_EVENTS,
  type LicenseState,
  type Scope,
  TOPICS,
} from '@leasehold/contracts';
import { type NewRecord, partitionOf } from '@leasehold/messaging';
import { hashApiKey } from '@leasehold/tokens';
import { randomUUID } from 'node:crypto';
import type { TestLicense } from './observed.js';

const envelope = (subject: string, tenantId: string) => ({
  id: randomUUID(),
  source: '/leasehold/issuance',
  subject,
  time: 0,
  tenant: tenantId,
});

export interface KeyRights {
  readonly kind: 'secret' | 'publishable';
  readonly scopes: readonly Scope[];
}

/** That a tenant has an API key. */
export function apiKeyRecord(tenantId: string, key: string, { kind, scopes }: KeyRights): NewRecord {
  const hash = hashApiKey(key);
  const id = `key_${hash.slice(0, 26)}`;
  return {
    topic: TOPICS.accounts.name,
    partition: partitionOf(tenantId, TOPICS.accounts.partitions),
    key: accountKey(tenantId, 'api-key', id),
    ...encodeEvent(EVENTS.apiKey, envelope(id, tenantId), {
      id,
      tenantId,
      kind,
      hash,
      scopes: [...scopes],
      rate: null,
      createdAt: 0,
    }),
  };
}

/** A fact of a license, of which the service looks at nothing but whose it is. */
export function licenseRecord({ license: id, tenant: tenantId, product: productId }: TestLicense): NewRecord {
  const license: LicenseState = {
    id,
    tenantId,
    productId,
    planId: `plan_${'a'.repeat(26)}`,
    plan: 'professional',
    customerReference: null,
    trial: false,
    features: [],
    limits: {},
    enforcement: {},
    period: { unit: 'month', timezone: 'UTC' },
    domainPolicy: {
      max: 1,
      kinds: ['exact'],
      development: true,
      lateBinding: false,
      moveCooldownHours: 24,
      movesPerYear: 12,
    },
    bindings: [],
    releasedSlots: [],
    lastMovedAt: null,
    startsAt: 0,
    expiresAt: null,
    graceDays: 7,
    planDurationDays: null,
    planGraceDays: 7,
    suspensions: [],
    cancelledAt: null,
    revokedAt: null,
    keys: [{ hash: 'a'.repeat(64), sinceVersion: 1, validUntil: null }],
    createdAt: 0,
    updatedAt: 0,
    version: 1,
  };
  return {
    topic: TOPICS.licenses.name,
    partition: partitionOf(id, TOPICS.licenses.partitions),
    key: id,
    ...encodeEvent(LICENSE_EVENTS.MetadataChanged, envelope(id, tenantId), {
      change: { at: 0 },
      license,
      actor: { type: 'system', id: 'test' },
    }),
  };
}
