import { encodeEvent, EVENTS, toHeaders, TOPICS } from '@leasehold/contracts';
import type { NewRecord, StoredEvent } from '@leasehold/event-store';
import { partitionOf } from '@leasehold/messaging';
import type { RecordedKey } from '../signing-keys/key-changes.js';
import { accountRecord } from './account-records.js';
import { envelopeOf } from './envelope-of.js';

/** The public half for everybody; the private half of a receipt key for validation, as ciphertext, while it may need it. */
export function signingKeyRecords(event: StoredEvent, key: RecordedKey): readonly NewRecord[] {
  const { kid, purpose, x, status, createdAt, activatesAt, retiresAt, ciphertext } = key;
  const known = { kid, status, createdAt, activatesAt, retiresAt, jwk: { kty: 'OKP', crv: 'Ed25519', x } } as const;
  const published = accountRecord(event, 'publicKey', { ...known, purpose });
  if (purpose !== 'receipt') return [published];

  const place = {
    topic: TOPICS.serviceKeys.name,
    partition: partitionOf(kid, TOPICS.serviceKeys.partitions),
    key: kid,
  };
  const envelope = envelopeOf(event, kid, kid);
  if (ciphertext === null) {
    const headers = toHeaders({ ...envelope, type: EVENTS.serviceKey.type });
    return [published, { ...place, headers, value: null }];
  }
  const serviceKey = { ...known, purpose, ciphertext };
  // the private half first: validation never has to wait for the key that everybody is told to expect
  return [{ ...place, ...encodeEvent(EVENTS.serviceKey, envelope, serviceKey) }, published];
}
