import type { LicenseBody } from '@leasehold/contracts';
import { licenseDecider, type LicenseState } from '@leasehold/licensing';
import type { Pool } from 'pg';
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

export const NOTHING_KEPT: PrivatePart = { email: null, metadata: {}, keyCiphertext: null };

interface Row {
  readonly state: LicenseState;
  readonly version: number;
  readonly email: string | null;
  readonly metadata: Metadata | null;
  readonly key_ciphertext: string | null;
}

/**
 * The aggregate with its private part: what folding the stream would give, from the row that the append of its last
 * event wrote. Should the row be older than the stream, the expected version of the next append says so.
 * A license that is not there, and another tenant's, has no state and version 0.
 */
export async function loadLicense(
  pool: Pick<Pool, 'query'>,
  tenantId: string,
  licenseId: string,
): Promise<StoredLicense> {
  const { rows } = await pool.query<Row>({
    name: 'load_license',
    text: `select l.state, l.version, p.email, p.metadata, p.key_ciphertext
           from license l left join license_private p on p.license_id = l.id
           where l.id = $1 and l.tenant_id = $2`,
    values: [licenseId, tenantId],
  });
  const [row] = rows;
  if (row === undefined) return { state: licenseDecider.initial, version: 0, kept: NOTHING_KEPT };
  const { state, version, email, metadata, key_ciphertext: keyCiphertext } = row;
  return { state, version, kept: { email, metadata: metadata ?? {}, keyCiphertext } };
}
