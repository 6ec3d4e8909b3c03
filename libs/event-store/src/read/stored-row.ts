import { InvariantError } from '../errors.js';
import type { EventMetadata, StoredEvent, StoredRow } from '../types.js';
import { upcast, type Upcasters } from './upcast.js';

/** The columns of {@link DatabaseRow}. JSON as text: seals need the bytes that were written. */
export const ROW_COLUMNS =
  'epoch, position, id, stream_id, version, type, schema_version, tenant_id, data::text as data, metadata::text as metadata, occurred_at';

/** A row as the driver gives it. */
export interface DatabaseRow {
  readonly epoch: number;
  readonly position: string;
  readonly id: string;
  readonly stream_id: string;
  readonly version: number;
  readonly type: string;
  readonly schema_version: number;
  readonly tenant_id: string;
  readonly data: string;
  readonly metadata: string;
  readonly occurred_at: Date;
}

/** @throws {InvariantError} beyond 2^53 */
export function positionOf(text: string): number {
  const position = Number(text);
  if (!Number.isSafeInteger(position)) throw new InvariantError(`position ${text} is not a safe integer`);
  return position;
}

export function storedRow(row: DatabaseRow): StoredRow {
  return {
    epoch: row.epoch,
    position: positionOf(row.position),
    id: row.id,
    streamId: row.stream_id,
    version: row.version,
    type: row.type,
    schemaVersion: row.schema_version,
    tenantId: row.tenant_id,
    data: row.data,
    metadata: row.metadata,
    occurredAt: row.occurred_at,
  };
}

export function storedEvent(row: StoredRow, upcasters: Upcasters): StoredEvent {
  const metadata = JSON.parse(row.metadata) as EventMetadata; // written by append only, which takes nothing else
  const data: unknown = JSON.parse(row.data);
  return { ...row, metadata, ...upcast(upcasters, row.type, { schemaVersion: row.schemaVersion, data }) };
}
