/** What every record of the log says about itself: CloudEvents 1.0 in Kafka binary mode, context in headers, data as JSON. */
export interface EventEnvelope {
  /** UUIDv7; the same fact has the same id however often it is delivered. */
  readonly id: string;
  /** Who wrote it, e.g. `/leasehold/issuance`. */
  readonly source: string;
  /** e.g. `leasehold.license.issued.v1`. */
  readonly type: string;
  /** What it is about, e.g. the license id. */
  readonly subject: string;
  /** Epoch milliseconds. */
  readonly time: number;
  /** The tenant it belongs to; absent for what belongs to the platform. */
  readonly tenant?: string;
  /** Version of the aggregate, where there is one. */
  readonly sequence?: number;
  readonly partitionKey?: string;
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly traceparent?: string;
}

export type EnvelopeHeaders = Readonly<Record<string, string>>;

const CONTENT_TYPE = 'application/json';

/** Writes the envelope as record headers. */
export function toHeaders(envelope: EventEnvelope): EnvelopeHeaders {
  const headers: Record<string, string> = {
    ce_specversion: '1.0',
    ce_id: envelope.id,
    ce_source: envelope.source,
    ce_type: envelope.type,
    ce_subject: envelope.subject,
    ce_time: new Date(envelope.time).toISOString(),
    'content-type': CONTENT_TYPE,
  };
  if (envelope.tenant !== undefined) headers['ce_tenant'] = envelope.tenant;
  if (envelope.sequence !== undefined) headers['ce_sequence'] = String(envelope.sequence);
  if (envelope.partitionKey !== undefined) headers['ce_partitionkey'] = envelope.partitionKey;
  if (envelope.correlationId !== undefined) headers['ce_correlationid'] = envelope.correlationId;
  if (envelope.causationId !== undefined) headers['ce_causationid'] = envelope.causationId;
  if (envelope.traceparent !== undefined) headers['traceparent'] = envelope.traceparent;
  return headers;
}

/** Reads record headers; answers a sentence that says what is wrong when they are no envelope. */
export function fromHeaders(headers: EnvelopeHeaders): EventEnvelope | { readonly unreadable: string } {
  if (headers['ce_specversion'] !== '1.0') return { unreadable: 'ce_specversion is not 1.0' };
  for (const name of ['ce_id', 'ce_source', 'ce_type', 'ce_subject', 'ce_time']) {
    if (!headers[name]) return { unreadable: `header ${name} is missing` };
  }
  const contentType = headers['content-type'];
  if (contentType !== undefined && !contentType.startsWith(CONTENT_TYPE)) {
    return { unreadable: `content-type ${contentType} is not ${CONTENT_TYPE}` };
  }
  const time = Date.parse(headers['ce_time'] ?? '');
  if (Number.isNaN(time)) return { unreadable: 'ce_time is not a time' };
  const sequence = headers['ce_sequence'] === undefined ? undefined : Number(headers['ce_sequence']);
  if (sequence !== undefined && !Number.isSafeInteger(sequence)) return { unreadable: 'ce_sequence is not an integer' };
  return {
    id: headers['ce_id'] ?? '',
    source: headers['ce_source'] ?? '',
    type: headers['ce_type'] ?? '',
    subject: headers['ce_subject'] ?? '',
    time,
    ...optional('tenant', headers['ce_tenant']),
    ...optional('sequence', sequence),
    ...optional('partitionKey', headers['ce_partitionkey']),
    ...optional('correlationId', headers['ce_correlationid']),
    ...optional('causationId', headers['ce_causationid']),
    ...optional('traceparent', headers['traceparent']),
  };
}

function optional<Name extends string, Value>(name: Name, value: Value | undefined): { [K in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [K in Name]?: Value });
}
