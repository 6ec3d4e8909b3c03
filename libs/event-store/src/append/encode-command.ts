import type { Append } from '../types.js';

/** One stream's share of a command: what is claimed about it. */
export interface Claim {
  readonly streamId: string;
  readonly expectedVersion: number;
  readonly count: number;
}

/** An event as elements of the columns that a batch is sent in: texts are quoted for an array, JSON is as it is. */
export interface EncodedEvent {
  readonly stream: string;
  readonly version: number;
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly tenant: string;
  readonly at: string;
  readonly data: string;
  readonly metadata: string;
}

/** A change of a management table. */
export interface EncodedRow {
  readonly table: string;
  readonly op: string;
  /** JSON. */
  readonly row: string;
}

/** A command as it waits in the queue. */
export interface EncodedCommand {
  readonly claims: readonly Claim[];
  readonly events: readonly EncodedEvent[];
  readonly rows: readonly EncodedRow[];
  /** Approximate size on the wire. */
  readonly bytes: number;
}

/**
 * Encodes when a command arrives, so that a batch is only joined while others wait.
 * @throws {TypeError} the data has no JSON form, or there is nothing to append to
 */
export function encodeCommand(appends: readonly Append[]): EncodedCommand {
  if (appends.length === 0) throw new TypeError('an append names at least one stream');
  const claims = appends.map((append) => ({
    streamId: append.streamId,
    expectedVersion: append.expectedVersion,
    count: append.events.length,
  }));
  const events = appends.flatMap(encodeEvents);
  const rows = appends.flatMap((append) =>
    (append.rows ?? []).map(({ table, op, row }) => ({ table, op, row: json(row) })),
  );
  let bytes = 128 * claims.length;
  for (const { data, metadata } of events) bytes += 128 + data.length + metadata.length;
  for (const { row } of rows) bytes += 64 + row.length;
  return { claims, events, rows, bytes };
}

function encodeEvents({ streamId, expectedVersion, tenantId, metadata, events }: Append): EncodedEvent[] {
  if (events.length === 0) return [];
  const stream = arrayElement(streamId);
  const tenant = arrayElement(tenantId);
  const sharedMetadata = json(metadata);
  return events.map((event, index) => ({
    stream,
    version: expectedVersion + index + 1,
    id: arrayElement(event.id),
    type: arrayElement(event.type),
    schemaVersion: event.schemaVersion,
    tenant,
    at: event.occurredAt.toISOString(),
    data: json(event.data),
    metadata: sharedMetadata,
  }));
}

/** A text as an element of an array literal. */
export const arrayElement = (text: string): string =>
  NEEDS_ESCAPE.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`;

const NEEDS_ESCAPE = /["\\]/;

function json(value: unknown): string {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new TypeError('a value without a JSON form cannot be stored');
  return text;
}
