import type { LicenseBody } from '@leasehold/contracts';
import { licenseDecider, type LicenseState } from '@leasehold/licensing';
import type { Pool } from 'pg';
import { batchedRead } from '../database/batched-read.js';
import type { Loaded } from '../store/handle-command.js';

export type Metadata = LicenseBody['metadata'];

/** What belongs to a license and must not be in events. */
export interface PrivatePart {
  /** The customer's. */
  readonly email: string | null;
  readonly metadata: Metadata;
  /** The newest key, once it is not the license's id any more. */
  readonly keyCiphertext: string | null;
}

/** A license as the last append left it. */
export interface StoredLicense extends Loaded<LicenseState> {
  readonly kept: PrivatePart;
}

/**
 * The aggregate with its private part: what folding the stream would give, from the row that the append of its last
 * event wrote. Should the row be older than the stream, the expected version of the next append says so.
 */
export type LoadLicense = (tenantId: string, licenseId: string) => Promise<StoredLicense>;

export const NOTHING_KEPT: PrivatePart = { email: null, metadata: {}, keyCiphertext: null };

/** A license that is not there, and another tenant's. */
export const NO_LICENSE: StoredLicense = { state: licenseDecider.initial, version: 0, kept: NOTHING_KEPT };

interface Row {
  readonly id: string;
  readonly tenant_id: string;
  readonly state: LicenseState;
  readonly version: number;
  readonly email: string | null;
  readonly metadata: Metadata | null;
  readonly key_ciphertext: string | null;
}

export function createLoadLicense(pool: Pick<Pool, 'query'>): LoadLicense {
  const read = batchedRead(async (ids) => {
    const { rows } = await pool.query<Row>({
      name: 'load_licenses',
      text: `select l.id, l.tenant_id, l.state, l.version, p.email, p.metadata, p.key_ciphertext
             from license l left join license_private p on p.license_id = l.id
             where l.id = any($1)`,
      values: [ids],
    });
    return new Map(rows.map((row) => [row.id, row]));
  });
  return async (tenantId, licenseId) => {
    const row = await read(licenseId);
    if (row?.tenant_id !== tenantId) return NO_LICENSE;
    const { state, version, email, metadata, key_ciphertext: keyCiphertext } = row;
    return { state, version, kept: { email, metadata: metadata ?? {}, keyCiphertext } };
  };
}
