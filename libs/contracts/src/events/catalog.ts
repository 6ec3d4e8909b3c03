import type { z } from 'zod';
import { TOPICS, type TopicDefinition } from '../topics.js';
import { apiKeyAccount, planAccount, productAccount, publicKeyAccount, serviceKey, tenantAccount } from './accounts.js';
import { anomalyFinding, webhookAttempt } from './anomalies.js';
import { LICENSE_EVENTS, type LicenseEventEntry } from './license-events.js';
import { licenseState } from './license-state.js';
import { usageBalance, usageExceeded, usageThresholdReached } from './usage.js';
import { bindingRequest, validationBatch } from './validations.js';

/** One event type of the log: the topic it is on and the schema of its data. */
export interface EventDefinition<Schema extends z.ZodType = z.ZodType> {
  readonly type: string;
  readonly topic: TopicDefinition;
  readonly schema: Schema;
  readonly description: string;
}

const event = <const Type extends string, Schema extends z.ZodType>(
  type: Type,
  topic: TopicDefinition,
  schema: Schema,
  description: string,
) => ({ type, topic, schema, description });

/** Every event type that is not a fact of a license, by a short name. */
export const EVENTS = {
  licenseState: event('leasehold.license.state.v1', TOPICS.licenseState, licenseState, 'The state of a license.'),
  tenant: event('leasehold.account.tenant.v1', TOPICS.accounts, tenantAccount, 'A tenant.'),
  apiKey: event('leasehold.account.api_key.v1', TOPICS.accounts, apiKeyAccount, 'An API key, by its hash.'),
  product: event('leasehold.account.product.v1', TOPICS.accounts, productAccount, 'A product.'),
  plan: event('leasehold.account.plan.v1', TOPICS.accounts, planAccount, 'A plan.'),
  publicKey: event('leasehold.account.public_key.v1', TOPICS.accounts, publicKeyAccount, 'A public signing key.'),
  serviceKey: event('leasehold.service_key.v1', TOPICS.serviceKeys, serviceKey, 'A private key, as ciphertext.'),
  validationBatch: event(
    'leasehold.validations.batch.v1',
    TOPICS.validations,
    validationBatch,
    'Validations of one validator.',
  ),
  bindingRequest: event(
    'leasehold.binding.requested.v1',
    TOPICS.bindingRequests,
    bindingRequest,
    'A license without a domain was validated for one.',
  ),
  usageThresholdReached: event(
    'leasehold.usage.threshold_reached.v1',
    TOPICS.usage,
    usageThresholdReached,
    'A threshold of a limit was reached.',
  ),
  usageExceeded: event('leasehold.usage.exceeded.v1', TOPICS.usage, usageExceeded, 'A hard limit refused a call.'),
  usageBalance: event('leasehold.usage.balance.v1', TOPICS.usageBalances, usageBalance, 'Balance of a limited meter.'),
  anomalyFound: event(
    'leasehold.anomaly.found.v1',
    TOPICS.anomalies,
    anomalyFinding,
    'A finding was opened, got worse, or goes on.',
  ),
  anomalySettled: event(
    'leasehold.anomaly.settled.v1',
    TOPICS.anomalies,
    anomalyFinding,
    'Somebody acknowledged, resolved or muted a finding.',
  ),
  webhookAttempt: event(
    'leasehold.webhook.attempted.v1',
    TOPICS.webhookAttempts,
    webhookAttempt,
    'Outcome of a webhook delivery attempt.',
  ),
} as const;

/** The whole catalog, by event type: what a consumer can decode. */
export const EVENT_CATALOG: ReadonlyMap<string, EventDefinition> = new Map<string, EventDefinition>(
  [...Object.values(EVENTS), ...Object.values<LicenseEventEntry>(LICENSE_EVENTS)].map(
    (entry): [string, EventDefinition] => [entry.type, entry],
  ),
);
