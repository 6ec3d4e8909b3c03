import { encodeEvent, EVENTS, LICENSE_EVENTS, type LicenseState, TOPICS } from '@leasehold/contracts';
import type { NewRecord, StoredEvent } from '@leasehold/event-store';
import { partitionOf } from '@leasehold/messaging';
import { envelopeOf } from './envelope-of.js';

/** The fact, and the state after it. */
export function licenseRecords(event: StoredEvent): readonly NewRecord[] {
  const { change, state: license } = event.data as { readonly change: object; readonly state: LicenseState };
  const definition = LICENSE_EVENTS[event.type as keyof typeof LICENSE_EVENTS];
  const envelope = envelopeOf(event, license.id, license.id);
  const { actor } = event.metadata;
  // the union of all changes is not one the codec's types can follow; its schema checks this one
  const fact = encodeEvent(definition, envelope, { change, license, actor } as never);
  const state = encodeEvent(EVENTS.licenseState, envelope, license);
  return [
    {
      topic: TOPICS.licenses.name,
      partition: partitionOf(license.id, TOPICS.licenses.partitions),
      key: license.id,
      ...fact,
    },
    {
      topic: TOPICS.licenseState.name,
      partition: partitionOf(license.id, TOPICS.licenseState.partitions),
      key: license.id,
      ...state,
    },
  ];
}
