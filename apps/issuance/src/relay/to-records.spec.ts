import { describe, expect, it } from '@jest/globals';
import { decodeEvent, EVENTS, LICENSE_EVENTS, type LicenseState, TOPICS } from '@leasehold/contracts';
import type { NewRecord, StoredEvent } from '@leasehold/event-store';
import { partitionOf } from '@leasehold/messaging';
import type { RecordedKey } from '../signing-keys/key-changes.js';
import { toRecords } from './to-records.js';

const AT = Date.parse('2026-03-01T00:00:00Z');

const stored = (type: string, state: unknown, change: unknown = {}, part: Partial<StoredEvent> = {}): StoredEvent => ({
  epoch: 1,
  position: 1,
  id: '0195500f-0000-7000-8000-000000000001',
  streamId: 'stream-1',
  version: 3,
  type,
  schemaVersion: 1,
  tenantId: 'ten_a',
  data: { change, state },
  metadata: { actor: { type: 'api_key', id: 'key_a' }, correlationId: 'req-1', traceparent: '00-a-b-01' },
  occurredAt: new Date(AT),
  ...part,
});

const decoded = (record: NewRecord | undefined) => {
  if (record === undefined) throw new Error('there is no such record');
  const result = decodeEvent(record);
  if ('unreadable' in result) throw new Error(result.unreadable);
  return result.event;
};

const license: LicenseState = {
  id: 'lic_a',
  tenantId: 'ten_a',
  productId: 'prod_a',
  planId: 'plan_a',
  plan: 'professional',
  customerReference: null,
  trial: false,
  features: ['analytics'],
  limits: { apiCalls: 10 },
  enforcement: { apiCalls: 'hard' },
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
  startsAt: AT,
  expiresAt: null,
  graceDays: 7,
  planDurationDays: null,
  planGraceDays: 7,
  suspensions: ['billing'],
  cancelledAt: null,
  revokedAt: null,
  keys: [{ hash: 'ab', sinceVersion: 1, validUntil: null }],
  createdAt: AT,
  updatedAt: AT,
  version: 3,
};

describe('an event of a license', () => {
  const event = stored('LicenseSuspended', license, { at: AT, reason: 'billing' });
  const [fact, state, ...more] = toRecords(event);

  it('is a fact and the state after it, both under the license id', () => {
    expect(more).toEqual([]);
    for (const [record, topic] of [
      [fact, TOPICS.licenses],
      [state, TOPICS.licenseState],
    ] as const) {
      expect(record).toMatchObject({
        topic: topic.name,
        key: 'lic_a',
        partition: partitionOf('lic_a', topic.partitions),
      });
    }
  });

  it('tells readers what changed, what is effective now and who did it', () => {
    expect(decoded(fact)).toMatchObject({
      type: LICENSE_EVENTS.LicenseSuspended.type,
      data: { change: { at: AT, reason: 'billing' }, license, actor: { type: 'api_key', id: 'key_a' } },
    });
    expect(decoded(state)).toMatchObject({ type: EVENTS.licenseState.type, data: license });
  });

  it('has an envelope that names event, license, tenant, version and trace', () => {
    expect(decoded(fact)).toMatchObject({
      id: event.id,
      source: '/leasehold/issuance',
      subject: 'lic_a',
      time: AT,
      tenant: 'ten_a',
      sequence: 3,
      partitionKey: 'lic_a',
      correlationId: 'req-1',
      traceparent: '00-a-b-01',
    });
  });

  it('whose change is not what the contract says is not published', () => {
    expect(() => toRecords(stored('LicenseSuspended', license, { at: AT, reason: 7 }))).toThrow();
  });
});

describe('an account', () => {
  const apiKey = {
    id: 'key_a',
    tenantId: 'ten_a',
    name: 'ci',
    kind: 'secret',
    hash: 'abc',
    hint: 'lh_sk_…abcd',
    scopes: ['plans:read'],
    rate: null,
    createdAt: AT,
  };

  it.each([
    ['TenantCreated', EVENTS.tenant, 'ten_a/tenant/ten_a', { id: 'ten_a', name: 'Acme', createdAt: AT }],
    ['ApiKeyCreated', EVENTS.apiKey, 'ten_a/api-key/key_a', apiKey],
    [
      'ProductCreated',
      EVENTS.product,
      'ten_a/product/prod_a',
      { id: 'prod_a', tenantId: 'ten_a', name: 'x', createdAt: AT },
    ],
    [
      'PlanCreated',
      EVENTS.plan,
      'ten_a/plan/plan_a',
      { id: 'plan_a', tenantId: 'ten_a', productId: 'prod_a', name: 'p', limits: { apiCalls: 1 }, createdAt: AT },
    ],
  ])('%s is its full state, in the partition of its tenant', (type, definition, key, state) => {
    const [record, ...more] = toRecords(stored(type, state));
    expect(more).toEqual([]);
    expect(record).toMatchObject({ topic: TOPICS.accounts.name, key, partition: partitionOf('ten_a', 3) });
    const { type: wireType, data } = decoded(record);
    expect(wireType).toBe(definition.type);
    expect(state).toMatchObject(data as object);
  });

  it('API key goes out without its name and hint', () => {
    const [record] = toRecords(stored('ApiKeyCreated', apiKey));
    const { name: _name, hint: _hint, ...known } = apiKey;
    expect(decoded(record).data).toEqual(known);
  });

  it('API key that is deleted is a tombstone under the same key', () => {
    const [created] = toRecords(stored('ApiKeyCreated', apiKey));
    const [gone] = toRecords(stored('ApiKeyDeleted', apiKey));
    expect(gone).toMatchObject({ key: created?.key, partition: created?.partition, value: null });
    expect(decoded(gone)).toMatchObject({ type: EVENTS.apiKey.type, data: undefined });
  });
});

describe('a signing key', () => {
  const key: RecordedKey = {
    kid: 'kid-1',
    tenantId: 'ten_a',
    purpose: 'license',
    x: 'public',
    status: 'pending',
    createdAt: AT,
    activatesAt: AT + 1,
    retiresAt: null,
    ciphertext: null,
  };
  const receipt: RecordedKey = { ...key, tenantId: 'platform', purpose: 'receipt', ciphertext: 'lhe1.…' };
  const platform = { tenantId: 'platform' };

  it('for licenses goes out as its public half only', () => {
    const [record, ...more] = toRecords(stored('SigningKeyCreated', key));
    expect(more).toEqual([]);
    expect(record).toMatchObject({ key: 'ten_a/public-key/kid-1' });
    expect(decoded(record).data).toEqual({
      kid: 'kid-1',
      tenantId: 'ten_a',
      purpose: 'license',
      jwk: { kty: 'OKP', crv: 'Ed25519', x: 'public' },
      status: 'pending',
      createdAt: AT,
      activatesAt: AT + 1,
      retiresAt: null,
    });
  });

  it('for receipts reaches validation as ciphertext before everybody else hears of it', () => {
    const [secret, published] = toRecords(stored('SigningKeyCreated', receipt, {}, platform));
    expect(secret).toMatchObject({ topic: TOPICS.serviceKeys.name, key: 'kid-1', partition: partitionOf('kid-1', 3) });
    expect(decoded(secret).data).toMatchObject({ purpose: 'receipt', ciphertext: 'lhe1.…', status: 'pending' });
    expect(published).toMatchObject({ key: 'platform/public-key/kid-1', partition: partitionOf('platform', 3) });
    expect(decoded(published)).not.toHaveProperty('tenant');
    expect(JSON.stringify(decoded(published).data)).not.toContain('lhe1');
  });

  it('for receipts is taken from validation when it has retired', () => {
    const retired: RecordedKey = { ...receipt, status: 'retired', ciphertext: null };
    const records = toRecords(stored('SigningKeyRetired', retired, {}, platform));
    const gone = records.find(({ topic }) => topic === TOPICS.serviceKeys.name);
    expect(gone).toMatchObject({ key: 'kid-1', value: null });
    expect(decoded(gone)).toMatchObject({ type: EVENTS.serviceKey.type, data: undefined });
  });
});

it('an event of a type that no topic is known for stops the relay instead of being skipped', () => {
  expect(() => toRecords(stored('SomethingElse', {}))).toThrow(/SomethingElse/);
});
