import { type Scope, SCOPES } from '@leasehold/contracts';
import type { Instant } from '@leasehold/licensing';
import { newId } from '@leasehold/runtime';
import { apiKeyCreated } from '../api-keys/api-key-created.js';
import { drawApiKey } from '../api-keys/api-key.js';
import { inserted, timestamp } from '../database/row.js';
import type { Secrets } from '../secrets/secrets.js';
import { drawSigningKey } from '../signing-keys/draw-signing-key.js';
import { keyChanges } from '../signing-keys/key-changes.js';
import { rotate } from '../signing-keys/key-ring.js';
import type { StreamChange } from '../store/commit.js';
import type { WritePath } from '../store/write-path.js';

export interface NewTenant {
  readonly id: string;
  readonly secretKey: string;
  readonly publishableKey: string;
  /** The tenant, its two API keys and its license signing key: to be committed together. */
  readonly changes: readonly StreamChange[];
}

/** Draws a tenant with all it needs from the first moment. Nothing is stored yet. */
export async function newTenant(
  { clock, random }: WritePath,
  secrets: Secrets,
  name: string,
  now: Instant,
): Promise<NewTenant> {
  const id = newId('ten', clock, random);
  const draw = (kind: 'secret' | 'publishable', scopes: readonly Scope[]) => {
    const apiKeyId = newId('key', clock, random);
    return drawApiKey({ id: apiKeyId, tenantId: id, name: 'default', kind, scopes, rate: null, now }, random);
  };
  const secret = draw('secret', SCOPES);
  const publishable = draw('publishable', []);
  const tenant: StreamChange = {
    streamId: `tenant-${id}`,
    expectedVersion: 0,
    tenantId: id,
    events: [{ type: 'TenantCreated', data: { change: { name }, state: { id, name, createdAt: now } } }],
    rows: [inserted('tenant', { id, name, created_at: timestamp(now) })],
  };
  const keys = [apiKeyCreated(secret.apiKey), apiKeyCreated(publishable.apiKey)];
  const signing = await firstSigningKey({ tenantId: id, purpose: 'license' }, secrets, random, now);
  return {
    id,
    secretKey: secret.secret,
    publishableKey: publishable.secret,
    changes: [tenant, ...keys, ...signing],
  };
}

/** The first key of a ring signs at once: nobody has an older key set. */
export async function firstSigningKey(
  ring: Parameters<typeof drawSigningKey>[0],
  secrets: Secrets,
  random: WritePath['random'],
  now: Instant,
): Promise<readonly StreamChange[]> {
  const { key, ciphertext } = await drawSigningKey(ring, secrets, random);
  const decision = rotate([], { key, now, activatesAt: now, formerRetiresAt: null });
  return 'refusal' in decision ? [] : keyChanges([], decision.events, new Map([[key.kid, ciphertext]]));
}
