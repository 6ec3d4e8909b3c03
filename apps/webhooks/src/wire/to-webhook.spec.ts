import { describe, expect, it } from '@jest/globals';
import { decodeEvent, EVENTS, LICENSE_EVENTS, WEBHOOK_EVENT_TYPES } from '@leasehold/contracts';
import type { NewRecord } from '@leasehold/messaging';
import {
  aBinding,
  aFinding,
  aLicense,
  aThreshold,
  AT,
  findingRecord,
  settlementRecord,
  LICENSE,
  licenseRecord,
  recordOf,
} from '../../test/log-events.js';
import { toWebhook } from './to-webhook.js';
import { webhookBody } from './webhook-event.js';

const told = (record: NewRecord) => {
  const decoded = decodeEvent(record);
  if ('unreadable' in decoded) throw new Error(decoded.unreadable);
  return toWebhook(decoded.event);
};
type Change = Parameters<typeof licenseRecord>[0];
const license = aLicense();
const { planId, plan, features, limits, enforcement, period, domainPolicy, graceDays } = license;
const terms = { planId, plan, features, limits, enforcement, period, domainPolicy, graceDays };
const planTerms = { ...terms, planDurationDays: 365, planGraceDays: 7 };
const end = Date.parse('2027-03-01T09:00:00.000Z');
const hash = 'b'.repeat(64);

const CHANGES: readonly (readonly [Change, string | undefined, object | undefined])[] = [
  [
    {
      type: 'LicenseIssued',
      ...planTerms,
      licenseId: LICENSE,
      tenantId: license.tenantId,
      productId: license.productId,
      customerReference: null,
      trial: true,
      bindings: [],
      startsAt: AT,
      expiresAt: end,
      keyHash: hash,
    },
    'license.issued',
    { trial: true, starts_at: '2026-03-01T09:00:00.000Z' },
  ],
  [{ type: 'LicenseRenewed', expiresAt: end }, 'license.renewed', { expires_at: '2027-03-01T09:00:00.000Z' }],
  [{ type: 'LicenseRenewed', expiresAt: null }, 'license.renewed', { expires_at: null }],
  [{ type: 'TrialConverted' }, 'license.updated', { trial: false }],
  [{ type: 'PlanChanged', ...planTerms }, 'license.updated', { plan_id: planId, plan: 'professional' }],
  [{ type: 'FeaturesChanged', features: ['sso'] }, 'license.updated', { features: ['sso'] }],
  [{ type: 'LimitsChanged', limits: { seats: 5 } }, 'license.updated', { limits: { seats: 5 } }],
  [{ type: 'MetadataChanged' }, 'license.updated', { metadata: true }],
  [{ type: 'LicenseSuspended', reason: 'payment' }, 'license.suspended', { reason: 'payment' }],
  [{ type: 'LicenseReinstated', reason: 'payment' }, 'license.reinstated', { reason: 'payment' }],
  [{ type: 'LicenseCancelled', note: null }, 'license.cancelled', { note: null }],
  [{ type: 'LicenseRevoked', note: 'fraud' }, 'license.revoked', { note: 'fraud' }],
  [
    { type: 'LicenseExpiring', days: 7, expiresAt: end },
    'license.expiring',
    { days: 7, expires_at: '2027-03-01T09:00:00.000Z' },
  ],
  [{ type: 'LicenseExpired', expiresAt: end }, 'license.expired', {}],
  [{ type: 'GraceEnded', expiresAt: end }, 'license.grace_ended', {}],
  [
    { type: 'DomainBound', binding: aBinding('new.example'), inPlaceOf: 'old.example' },
    'license.domain_bound',
    { domain: 'new.example', in_place_of: 'old.example' },
  ],
  [{ type: 'DomainReleased', domain: 'old.example' }, 'license.domain_released', { domain: 'old.example' }],
  [
    { type: 'DomainMoved', from: 'old.example', to: aBinding('new.example') },
    'license.domain_moved',
    { from: 'old.example', to: 'new.example' },
  ],
  [
    { type: 'KeyRotated', keyHash: hash, formerValidUntil: end },
    'license.key_rotated',
    { former_valid_until: '2027-03-01T09:00:00.000Z' },
  ],
  [{ type: 'DomainProven', domain: 'example.com' }, undefined, undefined],
  [{ type: 'DomainProofLost', domain: 'example.com' }, undefined, undefined],
];

describe('the webhook of a license event', () => {
  it('is settled for every event there is', () => {
    expect(new Set(CHANGES.map(([{ type }]) => type))).toEqual(new Set(Object.keys(LICENSE_EVENTS)));
  });

  it.each(CHANGES.map(([change, type, data]) => [change.type, type, change, data] as const))(
    '%s is told as %s, with what changed',
    (_name, type, change, data) => {
      const webhook = told(licenseRecord(change));
      expect(webhook?.type).toBe(type);
      expect(webhook?.data['change']).toEqual(data);
    },
  );

  it('has the license after the event, in snake_case', () => {
    const webhook = told(licenseRecord({ type: 'LicenseRenewed', expiresAt: end }, license, 'event-1'));
    expect(webhook).toMatchObject({ id: 'event-1', tenantId: license.tenantId, occurredAt: AT });
    expect(webhook?.data).toEqual({
      license_id: LICENSE,
      status: 'active',
      plan: 'professional',
      product_id: 'prod_01jd3mzk4qf8x2v6n0c7r5t9wb',
      customer_reference: 'customer-7',
      domains: ['example.com'],
      features: ['analytics'],
      limits: { apiCalls: 50_000 },
      expires_at: '2027-03-01T09:00:00.000Z',
      version: 4,
      change: { expires_at: '2027-03-01T09:00:00.000Z' },
    });
  });

  it.each([
    ['suspended', { suspensions: ['payment'] }],
    ['cancelled', { cancelledAt: AT }],
    ['revoked', { revokedAt: AT, suspensions: ['abuse'] }],
    ['expired', { expiresAt: AT - 8 * 86_400_000 }],
    ['active', { expiresAt: AT - 86_400_000 }],
    ['trial', { trial: true }],
  ] as const)('says %s for a license that is so', (status, state) => {
    const webhook = told(licenseRecord({ type: 'MetadataChanged' }, aLicense(state)));
    expect(webhook?.data['status']).toBe(status);
  });

  it('never has a hash of a key in it', () => {
    for (const [change] of CHANGES) {
      const webhook = told(licenseRecord(change));
      const text = webhook === undefined ? '' : webhookBody(webhook);
      expect(text).not.toContain(hash);
      expect(text).not.toContain('a'.repeat(64));
    }
  });

  it('has only types that endpoints can ask for', () => {
    const types: readonly (string | undefined)[] = [...WEBHOOK_EVENT_TYPES, undefined];
    for (const [change] of CHANGES) expect(types).toContain(told(licenseRecord(change))?.type);
  });
});

describe('the webhook of a finding', () => {
  it('is license.suspicious_activity, member for member', () => {
    const webhook = told(findingRecord());
    expect(webhook?.type).toBe('license.suspicious_activity');
    expect(webhook?.data).toEqual({
      license_id: LICENSE,
      reason: 'domain_mismatch',
      requested_domain: 'pirated-site.com',
      bound_domain: 'legitimate-app.com',
      severity: 'warning',
      count: 7,
      first_seen: '2026-03-01T09:00:00.000Z',
      last_seen: '2026-03-01T09:01:00.000Z',
      anomaly_id: 'ano_01jd3mzk4qf8x2v6n0c7r5t9wb',
    });
  });

  it('tells also of an acknowledged one that got worse', () => {
    const webhook = told(findingRecord(aFinding({ status: 'acknowledged', severity: 'critical' })));
    expect(webhook?.data).toMatchObject({ severity: 'critical' });
  });

  it.each(['acknowledged', 'resolved', 'muted'] as const)('is none for one that was %s just now', (status) => {
    expect(told(settlementRecord(aFinding({ status })))).toBeUndefined();
  });
});

describe('the webhook of usage', () => {
  const counted = { license_id: LICENSE, meter: 'apiCalls', used: 40_000, limit: 50_000 };
  const resets = { resets_at: '2026-04-01T00:00:00.000Z' };

  it('names the threshold that was reached', () => {
    const fact = aThreshold();
    const webhook = told(recordOf(EVENTS.usageThresholdReached, fact.tenant, fact));
    expect(webhook).toMatchObject({ type: 'license.usage_threshold', tenantId: fact.tenant });
    expect(webhook?.data).toEqual({ ...counted, threshold: 80, ...resets });
  });

  it('tells the first refusal', () => {
    const { threshold: _threshold, ...fact } = aThreshold();
    const webhook = told(recordOf(EVENTS.usageExceeded, fact.tenant, fact));
    expect(webhook?.type).toBe('license.usage_exceeded');
    expect(webhook?.data).toEqual({ ...counted, ...resets });
  });
});

describe('an event that subscribers are not told', () => {
  it('has no webhook', () => {
    expect(told(recordOf(EVENTS.licenseState, license.tenantId, license))).toBeUndefined();
    const gone = { ...recordOf(EVENTS.licenseState, license.tenantId, license), value: null };
    expect(told(gone)).toBeUndefined();
  });
});

describe('webhookBody', () => {
  it('is compact JSON of type, timestamp and data, in this order', () => {
    const event = { id: 'e', tenantId: 't', type: 'webhook.test', occurredAt: AT, data: { a: 1 } } as const;
    expect(webhookBody(event)).toBe('{"type":"webhook.test","timestamp":"2026-03-01T09:00:00.000Z","data":{"a":1}}');
  });
});
