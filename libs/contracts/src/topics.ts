/** How a topic keeps its records: facts go by age (or never), state keeps the newest record of each key. */
export type TopicCleanup = 'delete' | 'compact';

/** One topic of the event log. Partition counts of keyed topics never change: that would break the order per key. */
export interface TopicDefinition {
  readonly name: string;
  readonly partitions: number;
  readonly cleanup: TopicCleanup;
  /** Age after which records may go, in milliseconds; `null` keeps them for ever. */
  readonly retentionMs: number | null;
  /** What the record key is. */
  readonly key: string;
  readonly description: string;
}

const DAY_MS = 86_400_000;
const LICENSE_PARTITIONS = 12;
const OTHER_PARTITIONS = 3;

/** Every topic, by a short name. No topic name is written anywhere else. */
export const TOPICS = {
  licenses: {
    name: 'leasehold.licenses.v1',
    partitions: LICENSE_PARTITIONS,
    cleanup: 'delete',
    retentionMs: null,
    key: 'license id',
    description: 'Every fact of the life of a license, with what changed and the full effective state after it.',
  },
  licenseState: {
    name: 'leasehold.license-state.v1',
    partitions: LICENSE_PARTITIONS,
    cleanup: 'compact',
    retentionMs: null,
    key: 'license id',
    description: 'The effective state of each license, for validators and new readers.',
  },
  accounts: {
    name: 'leasehold.accounts.v1',
    partitions: OTHER_PARTITIONS,
    cleanup: 'compact',
    retentionMs: null,
    key: '<tenant>/<kind>/<id>',
    description: 'Full state of one tenant, API key (its hash), product, plan or public key; a tombstone on deletion.',
  },
  serviceKeys: {
    name: 'leasehold.service-keys.v1',
    partitions: OTHER_PARTITIONS,
    cleanup: 'compact',
    retentionMs: null,
    key: 'kid',
    description: 'Private keys that another service needs, only as ciphertext under the key-encryption key.',
  },
  validations: {
    name: 'leasehold.validations.v1',
    partitions: LICENSE_PARTITIONS,
    cleanup: 'delete',
    retentionMs: 7 * DAY_MS,
    key: 'validator instance',
    description: 'Validations in batches, numbered without holes per boot and partition.',
  },
  bindingRequests: {
    name: 'leasehold.binding-requests.v1',
    partitions: LICENSE_PARTITIONS,
    cleanup: 'delete',
    retentionMs: 7 * DAY_MS,
    key: 'license id',
    description: 'First-use domain bindings asked for by validation and decided by issuance.',
  },
  usage: {
    name: 'leasehold.usage.v1',
    partitions: LICENSE_PARTITIONS,
    cleanup: 'delete',
    retentionMs: 30 * DAY_MS,
    key: 'license id',
    description: 'Thresholds reached and limits exceeded.',
  },
  usageBalances: {
    name: 'leasehold.usage-balances.v1',
    partitions: LICENSE_PARTITIONS,
    cleanup: 'compact',
    retentionMs: null,
    key: '<license>/<meter>',
    description: 'The newest balance of each limited meter.',
  },
  anomalies: {
    name: 'leasehold.anomalies.v1',
    partitions: LICENSE_PARTITIONS,
    cleanup: 'delete',
    retentionMs: 30 * DAY_MS,
    key: 'license id',
    description: 'Findings of anomaly detection.',
  },
  webhookAttempts: {
    name: 'leasehold.webhook-attempts.v1',
    partitions: OTHER_PARTITIONS,
    cleanup: 'delete',
    retentionMs: 7 * DAY_MS,
    key: 'endpoint id',
    description: 'Outcomes of webhook deliveries.',
  },
} as const satisfies Record<string, TopicDefinition>;

export type TopicName = (typeof TOPICS)[keyof typeof TOPICS]['name'];
