import { type EventEnvelope, PLATFORM_TENANT } from '@leasehold/contracts';
import type { StoredEvent } from '@leasehold/event-store';

const SOURCE = '/leasehold/issuance';

/** The envelope of the records that come from one event; a record published again has the same id. */
export function envelopeOf(event: StoredEvent, subject: string, partitionKey: string): Omit<EventEnvelope, 'type'> {
  const { correlationId, causationId, traceparent } = event.metadata;
  return {
    id: event.id,
    source: SOURCE,
    subject,
    time: event.occurredAt.getTime(),
    sequence: event.version,
    partitionKey,
    ...(event.tenantId === PLATFORM_TENANT ? {} : { tenant: event.tenantId }),
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(causationId === undefined ? {} : { causationId }),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}
