import { describe, expect, it } from '@jest/globals';
import { TOPICS } from './topics.js';

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
