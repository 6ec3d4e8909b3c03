import { describe, expect, it } from '@jest/globals';
import { EVENT_CATALOG } from './events/catalog.js';
import { SCOPES } from './scopes.js';
import { SERVICES } from './services.js';
import { TOPICS, type TopicDefinition } from './topics.js';

describe('the topics', () => {
  it('keep their partition counts: changing one breaks the order of a key', () => {
    const counts = Object.fromEntries(Object.values(TOPICS).map((topic) => [topic.name, topic.partitions]));
    expect(counts).toEqual({
      'leasehold.licenses.v1': 12,
      'leasehold.license-state.v1': 12,
      'leasehold.accounts.v1': 3,
      'leasehold.service-keys.v1': 3,
      'leasehold.validations.v1': 12,
      'leasehold.binding-requests.v1': 12,
      'leasehold.usage.v1': 12,
      'leasehold.usage-balances.v1': 12,
      'leasehold.anomalies.v1': 12,
      'leasehold.webhook-attempts.v1': 3,
    });
  });

  it('keep the facts of licenses for ever', () => {
    expect(TOPICS.licenses).toMatchObject({ cleanup: 'delete', retentionMs: null });
  });
});

const DAY_MS = 24 * 60 * 60 * 1000;

describe('how long a topic keeps its records', () => {
  it.each([
    [TOPICS.licenses, 'delete', null, 'license id'],
    [TOPICS.licenseState, 'compact', null, 'license id'],
    [TOPICS.accounts, 'compact', null, '<tenant>/<kind>/<id>'],
    [TOPICS.serviceKeys, 'compact', null, 'kid'],
    [TOPICS.validations, 'delete', 7, 'validator instance'],
    [TOPICS.bindingRequests, 'delete', 7, 'license id'],
    [TOPICS.usage, 'delete', 30, 'license id'],
    [TOPICS.usageBalances, 'compact', null, '<license>/<meter>'],
    [TOPICS.anomalies, 'delete', 30, 'license id'],
    [TOPICS.webhookAttempts, 'delete', 7, 'endpoint id'],
  ] as const)('stays: $name', (topic: TopicDefinition, cleanup, days, key) => {
    expect({ cleanup: topic.cleanup, retentionMs: topic.retentionMs, key: topic.key }).toEqual({
      cleanup,
      retentionMs: days === null ? null : days * DAY_MS,
      key,
    });
  });

  it('never ends by age where the newest record of a key is all there is', () => {
    for (const topic of Object.values<TopicDefinition>(TOPICS))
      if (topic.cleanup === 'compact') expect(topic.retentionMs).toBeNull();
  });

  it('is asked of no topic without an event type, and no two topics have one name', () => {
    const used = new Set([...EVENT_CATALOG.values()].map(({ topic }) => topic.name));
    expect([...used].sort()).toEqual(
      Object.values(TOPICS)
        .map(({ name }) => name)
        .sort(),
    );
  });
});

describe('names that stand in databases and configurations', () => {
  it('of scopes stay, since keys hold them', () => {
    expect(SCOPES).toEqual([
      'products:read',
      'products:write',
      'plans:read',
      'plans:write',
      'licenses:read',
      'licenses:write',
      'api-keys:read',
      'api-keys:write',
      'signing-keys:read',
      'signing-keys:write',
      'webhooks:read',
      'webhooks:write',
      'usage:read',
      'usage:write',
      'anomalies:read',
      'anomalies:write',
      'audit:read',
      'audit:write',
    ]);
  });

  it('of services stay, since schemas and roles carry them', () => {
    expect(SERVICES).toEqual(['issuance', 'validation', 'metering', 'anomaly', 'webhooks']);
  });
});
