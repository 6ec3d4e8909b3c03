import { importSigningKey, type SigningKey } from '@leasehold/tokens';
import type { Pool } from 'pg';
import { batchedRead } from '../database/batched-read.js';
import type { Secrets } from '../secrets/secrets.js';
import { signingKeyContext } from './draw-signing-key.js';

/** The key that signs a tenant's license tokens now. Asks the table each time, so that a rotation counts at once. */
export type LicenseSigningKeys = (tenantId: string) => Promise<SigningKey>;

/** The provider of the service's {@link LicenseSigningKeys}. */
export const LICENSE_SIGNING_KEYS = Symbol('LICENSE_SIGNING_KEYS');

/** Private keys held decrypted; a tenant has one in use at a time. */
const MOST_HELD = 1_000;

export function createLicenseSigningKeys(pool: Pool, secrets: Secrets): LicenseSigningKeys {
  const held = new Map<string, SigningKey>();
  const read = batchedRead(async (tenantIds) => {
    const { rows } = await pool.query<{ tenant_id: string; kid: string; ciphertext: string }>({
      name: 'license_signing_keys',
      text: `select tenant_id, kid, ciphertext from signing_key
             where tenant_id = any($1) and purpose = 'license' and status = 'active'`,
      values: [tenantIds],
    });
    return new Map(rows.map((row) => [row.tenant_id, row]));
  });
  return async (tenantId) => {
    const row = await read(tenantId);
    if (row === undefined) throw new Error(`${tenantId} has no signing key`);
    const { kid, ciphertext } = row;
    const known = held.get(kid);
    if (known !== undefined) return known;
    const key = importSigningKey(
      await secrets.open(ciphertext, signingKeyContext({ tenantId, kid, purpose: 'license' })),
    );
    if (held.size >= MOST_HELD) held.clear();
    held.set(kid, key);
    return key;
  };
}
