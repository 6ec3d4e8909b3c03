import {
  encodeLicenseEvent,
  LICENSE_EVENTS,
  type LicenseEventData,
  type LicenseState,
  TOPICS,
} from '@leasehold/contracts';
import type { NewRecord, StoredEvent } from '@leasehold/event-store';
import { partitionOf } from '@leasehold/messaging';
import { envelopeOf } from './envelope-of.js';

/** The fact, and the state after it. */
export function licenseRecords(event: StoredEvent): readonly NewRecord[] {
  const { change, state: license } = event.data as {
    readonly change: LicenseEventData['change'];
    readonly state: LicenseState;
  };
  const definition = LICENSE_EVENTS[event.type as keyof typeof LICENSE_EVENTS];
  const envelope = envelopeOf(event, license.id, license.id);
  // the store takes any actor; the schema of the event refuses one that is none of ours
  const actor = event.metadata.actor as LicenseEventData['actor'];
  const { fact, state } = encodeLicenseEvent(definition, envelope, { change, license, actor });
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
