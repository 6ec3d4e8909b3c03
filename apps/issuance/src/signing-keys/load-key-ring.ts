import type { Pool } from 'pg';
import type { RingPurpose, SigningKeyStatus } from './key-ring.js';
import type { StoredKey } from './key-changes.js';

export interface RingName {
  readonly tenantId: string;
  readonly purpose: RingPurpose;
}

interface Row {
  readonly kid: string;
  readonly tenant_id: string;
  readonly purpose: RingPurpose;
  readonly x: string;
  readonly status: SigningKeyStatus;
  readonly ciphertext: string;
  readonly version: number;
  readonly created_at: Date;
  readonly activates_at: Date;
  readonly retires_at: Date | null;
}

/** The keys of a ring that are not retired, as the last append left them. */
export async function loadKeyRing(pool: Pick<Pool, 'query'>, { tenantId, purpose }: RingName): Promise<StoredKey[]> {
  const { rows } = await pool.query<Row>(
    `select * from signing_key where tenant_id = $1 and purpose = $2 and status <> 'retired' order by created_at`,
    [tenantId, purpose],
  );
  return rows.map((row) => ({
    kid: row.kid,
    tenantId: row.tenant_id,
    purpose: row.purpose,
    x: row.x,
    status: row.status,
    ciphertext: row.ciphertext,
    version: row.version,
    createdAt: row.created_at.getTime(),
    activatesAt: row.activates_at.getTime(),
    retiresAt: row.retires_at?.getTime() ?? null,
  }));
}

/** The rings in which something is due: a pending key to be used, a retiring one to leave. */
export async function dueKeyRings(pool: Pick<Pool, 'query'>, now: number): Promise<RingName[]> {
  const { rows } = await pool.query<Pick<Row, 'tenant_id' | 'purpose'>>(
    `select tenant_id, purpose from signing_key where status = 'pending' and activates_at <= $1
     union
     select tenant_id, purpose from signing_key where status = 'retiring' and retires_at <= $1`,
    [new Date(now)],
  );
  return rows.map((row) => ({ tenantId: row.tenant_id, purpose: row.purpose }));
}
