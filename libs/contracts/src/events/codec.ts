import { z } from 'zod';
import type { DeepReadonly } from '../deep-readonly.js';
import { EVENT_CATALOG, type EventDefinition, EVENTS } from './catalog.js';
import { type EnvelopeHeaders, type EventEnvelope, fromHeaders, toHeaders } from './envelope.js';
import type { LicenseEventData, LicenseEventEntry } from './license-events.js';

/** A record as the log stores it, without its place. `value` is null for a tombstone. */
export interface EncodedEvent {
  readonly headers: EnvelopeHeaders;
  readonly value: Uint8Array;
}

/** An event that was read from the log. `data` is undefined for a tombstone: what the key named is gone. */
export interface IncomingEvent<Data = unknown> extends EventEnvelope {
  readonly key: string;
  readonly data: Data | undefined;
}

const utf8 = new TextEncoder();
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** Writes an event of the catalog; throws when the data is not what its schema says (a bug of the writer). */
export function encodeEvent<Schema extends z.ZodType>(
  definition: EventDefinition<Schema>,
  envelope: Omit<EventEnvelope, 'type'>,
  data: DeepReadonly<z.output<Schema>>,
): EncodedEvent {
  return asRecord(definition.type, envelope, z.encode(definition.schema, data as z.output<Schema>));
}

/** Writes the fact of a license and the state after it, which the fact contains: what both say is encoded once. */
export function encodeLicenseEvent(
  definition: LicenseEventEntry,
  envelope: Omit<EventEnvelope, 'type'>,
  data: LicenseEventData,
): { readonly fact: EncodedEvent; readonly state: EncodedEvent } {
  const wire = z.encode(definition.schema, data);
  return {
    fact: asRecord(definition.type, envelope, wire),
    state: asRecord(EVENTS.licenseState.type, envelope, (wire as LicenseEventData).license),
  };
}

const asRecord = (type: string, envelope: Omit<EventEnvelope, 'type'>, wire: unknown): EncodedEvent => ({
  headers: toHeaders({ ...envelope, type }),
  value: utf8.encode(JSON.stringify(wire)),
});

/**
 * Reads a record of the log by the catalog. What cannot be read (bad envelope, unknown type or version, bad JSON,
 * data its schema refuses) is answered with the reason: reading it again would not help.
 */
export function decodeEvent(record: {
  readonly key: string;
  readonly headers: EnvelopeHeaders;
  readonly value: Uint8Array | null;
}): { readonly event: IncomingEvent } | { readonly unreadable: string } {
  const envelope = fromHeaders(record.headers);
  if ('unreadable' in envelope) return envelope;
  const definition = EVENT_CATALOG.get(envelope.type);
  if (definition === undefined) return { unreadable: `unknown event type ${envelope.type}` };
  if (record.value === null) return { event: { ...envelope, key: record.key, data: undefined } };
  let json: unknown;
  try {
    json = JSON.parse(strictUtf8.decode(record.value));
  } catch {
    return { unreadable: 'the value is not JSON' };
  }
  const parsed = definition.schema.safeDecode(json);
  if (!parsed.success) return { unreadable: `${envelope.type}: ${z.prettifyError(parsed.error)}` };
  return { event: { ...envelope, key: record.key, data: parsed.data } };
}

/** Narrows an event to one of the catalog's types. */
export function isEvent<Schema extends z.ZodType>(
  event: IncomingEvent,
  definition: EventDefinition<Schema>,
): event is IncomingEvent<z.output<Schema>> {
  return event.type === definition.type;
}
