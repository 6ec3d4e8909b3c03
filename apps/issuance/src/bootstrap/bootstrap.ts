import { PLATFORM_TENANT, SCOPES } from '@leasehold/contracts';
import { AppendRejectedError } from '@leasehold/event-store';
import type { Actor, Instant } from '@leasehold/licensing';
import { type Bootstrap, type FirstKeys, newId } from '@leasehold/runtime';
import type { Pool } from 'pg';
import { apiKeyCreated } from '../api-keys/api-key-created.js';
import { drawApiKey } from '../api-keys/api-key.js';
import { inserted } from '../database/row.js';
import type { Secrets } from '../secrets/secrets.js';
import { RECEIPT_RING } from '../signing-keys/draw-signing-key.js';
import type { WritePath } from '../store/write-path.js';
import { firstSigningKey, newTenant } from '../tenants/new-tenant.js';

/** The provider of the service's `Bootstrap`. */
export const BOOTSTRAP = Symbol('BOOTSTRAP');

const UNIQUE_VIOLATION = '23505';
const ACTOR: Actor = { type: 'system', id: 'bootstrap' };
const CONTEXT = { tenant: PLATFORM_TENANT, kid: 'bootstrap', purpose: 'first-keys' };

export interface BootstrapParts {
  readonly writePath: WritePath;
  readonly pool: Pick<Pool, 'query'>;
  readonly secrets: Secrets;
}

/**
 * The first start of an installation: tenant, API keys and signing keys, made all or nothing by one of any number of
 * processes. The keys are kept as ciphertext until somebody has them, so that no crash can lose them and all processes that
 * start at once show the same ones; then they are forgotten.
 */
export function createBootstrap(parts: BootstrapParts): Bootstrap {
  const { pool } = parts;
  return {
    async run(remember) {
      if ((await findMarker(pool)) === undefined) await makeFirst(parts);
      const marker = await findMarker(pool);
      if (marker === undefined) throw new Error('the first start has left no mark');
      if (marker.ciphertext === null) return undefined;
      const keys = JSON.parse(await parts.secrets.open(marker.ciphertext, CONTEXT)) as FirstKeys;
      await remember(keys);
      await pool.query('update bootstrap set ciphertext = null');
      return keys;
    },
  };
}

/** `undefined`: there has been no first start. */
async function findMarker(pool: BootstrapParts['pool']): Promise<{ readonly ciphertext: string | null } | undefined> {
  const { rows } = await pool.query<{ ciphertext: string | null }>('select ciphertext from bootstrap');
  return rows[0];
}

/** One append; whoever comes second finds the row of the first. */
async function makeFirst({ writePath, secrets }: BootstrapParts): Promise<void> {
  const { commit, clock, random } = writePath;
  const now: Instant = clock.now();
  const tenant = await newTenant(writePath, secrets, 'default', now);
  const operator = drawApiKey(
    {
      id: newId('key', clock, random),
      tenantId: PLATFORM_TENANT,
      name: 'operator',
      kind: 'operator',
      scopes: SCOPES,
      rate: null,
      now,
    },
    random,
  );
  const { id: tenantId, secretKey, publishableKey } = tenant;
  const keys: FirstKeys = { tenantId, secretKey, publishableKey, operatorKey: operator.secret };
  const ciphertext = await secrets.seal(JSON.stringify(keys), CONTEXT);
  const marker = inserted('bootstrap', { single: true, tenant_id: tenantId, ciphertext });
  const receipt = await firstSigningKey(RECEIPT_RING, secrets, random, now);
  try {
    await commit({ actor: ACTOR, now }, [...tenant.changes, apiKeyCreated(operator.apiKey, [marker]), ...receipt]);
  } catch (error) {
    // which of the first's rows is in the way, its mark or its active key, is the database's choice
    if (!(error instanceof AppendRejectedError && error.sqlState === UNIQUE_VIOLATION)) throw error;
  }
}
