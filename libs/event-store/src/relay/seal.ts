import { createHash } from 'node:crypto';
import type { StoredRow } from '../types.js';

/** The newest link of a tenant's chain. */
export interface SealHead {
  /** How many events of the tenant are sealed. */
  readonly n: number;
  readonly hash: Buffer;
}

/** One link: the tenant's `n`-th event, counted from 1, and the hash that commits to it and all before it. */
export interface Seal extends SealHead {
  readonly tenantId: string;
  readonly epoch: number;
  readonly position: number;
}

/** What a tenant's first link stands on. */
export const FIRST_HEAD: SealHead = { n: 0, hash: Buffer.alloc(32) };

/**
 * The bytes of an event that a seal covers: UTF-8 of the JSON array (no white space) of a format tag and every column,
 * `data` and `metadata` as strings holding the stored text, the time in ISO 8601 with milliseconds and `Z`.
 *
 * @example ["event-seal-v1",1,7,"license-1",1,"<id>","LicenseIssued",1,"tenant-1","2026-01-01T00:00:00.000Z","{…}","{…}"]
 */
export function canonicalBytes(row: StoredRow): Buffer {
  return Buffer.from(
    JSON.stringify([
      'event-seal-v1',
      row.epoch,
      row.position,
      row.streamId,
      row.version,
      row.id,
      row.type,
      row.schemaVersion,
      row.tenantId,
      row.occurredAt.toISOString(),
      row.data,
      row.metadata,
    ]),
  );
}

/** SHA-256 over the former hash (32 bytes) and the event's canonical bytes. */
export function nextSeal(former: SealHead, row: StoredRow): Seal {
  const hash = createHash('sha256').update(former.hash).update(canonicalBytes(row)).digest();
  return { tenantId: row.tenantId, n: former.n + 1, epoch: row.epoch, position: row.position, hash };
}

/** Seals rows in their order, each on its tenant's head. `heads` is the memory of the chains; it is moved on. */
export function sealRows(rows: readonly StoredRow[], heads: Map<string, SealHead>): readonly Seal[] {
  return rows.map((row) => {
    const seal = nextSeal(heads.get(row.tenantId) ?? FIRST_HEAD, row);
    heads.set(row.tenantId, seal);
    return seal;
  });
}

/**
 * Number of the first seal of one tenant that its events do not bear out: an event or a seal was changed, removed or
 * moved. `undefined` if all hold. Events behind the last seal are not covered yet; a chain and its events cut off at the
 * same end look whole.
 */
export function firstBrokenSeal(rows: readonly StoredRow[], seals: readonly Seal[]): number | undefined {
  let head = FIRST_HEAD;
  for (const [index, seal] of seals.entries()) {
    const row = rows[index];
    if (row === undefined) return index + 1;
    const expected = nextSeal(head, row);
    const samePlace = seal.n === expected.n && seal.epoch === expected.epoch && seal.position === expected.position;
    if (!samePlace || !expected.hash.equals(seal.hash)) return index + 1;
    head = expected;
  }
  return undefined;
}
