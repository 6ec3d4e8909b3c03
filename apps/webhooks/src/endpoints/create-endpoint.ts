import type { WebhookEndpointBody } from '@leasehold/contracts';
import { inTransaction } from '@leasehold/messaging';
import { type Clock, type KeepAnswer, keepAnswer, newId, type RandomSource } from '@leasehold/runtime';
import type { Pool } from 'pg';
import type { EndpointSecrets } from '../secrets/endpoint-secrets.js';
import { drawWebhookSecret } from '../wire/webhook-secret.js';
import { showEndpoint } from './show-endpoint.js';

export interface CreateEndpoint {
  readonly tenantId: string;
  /** Checked. */
  readonly url: string;
  readonly eventTypes: string[];
}

export interface CreateEndpointParts {
  readonly pool: Pool;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly secrets: EndpointSecrets;
}

export type CreatedEndpoint = WebhookEndpointBody & { readonly secret: string };

const INSERT = `
  insert into endpoint (id, tenant_id, url, event_types, status, secret, served_at, created_at, updated_at)
  values ($1, $2, $3, $4, 'enabled', $5, $6, $6, $6)`;

/** Creates an endpoint; its secret is shown now and never again. */
export async function createEndpoint(
  { pool, clock, random, secrets }: CreateEndpointParts,
  { tenantId, url, eventTypes }: CreateEndpoint,
  keep: KeepAnswer<CreatedEndpoint>,
): Promise<CreatedEndpoint> {
  const id = newId('we', clock, random);
  const secret = drawWebhookSecret(random);
  const at = new Date(clock.now());
  const endpoint = {
    id,
    url,
    eventTypes,
    status: 'enabled',
    disabledReason: null,
    createdAt: at,
    updatedAt: at,
  } as const;
  const created = { ...showEndpoint(endpoint), secret };
  const ciphertext = await secrets.seal(secret, { tenantId, endpointId: id });
  const kept = await keep(created);
  await inTransaction(pool, async (transaction) => {
    await transaction.query(INSERT, [id, tenantId, url, eventTypes, ciphertext, at]);
    await keepAnswer(transaction, kept);
  });
  return created;
}
