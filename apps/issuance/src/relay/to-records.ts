import { LICENSE_EVENTS } from '@leasehold/contracts';
import type { NewRecord, StoredEvent } from '@leasehold/event-store';
import { accountRecord, accountTombstone, planOf, type StoredPlan } from './account-records.js';
import { licenseRecords } from './license-records.js';
import { signingKeyRecords } from './signing-key-records.js';
import type { ApiKey } from '../api-keys/api-key.js';
import type { RecordedKey } from '../signing-keys/key-changes.js';
import type { ProductAccount, TenantAccount } from '@leasehold/contracts';

/**
 * What an event of the store is on the log: facts beside the state they lead to.
 * Each type is written by one folder of this service, which is why its data need not be checked again here; the codec does.
 *
 * @throws {Error} an unknown type: a relay that skipped it would leave a hole in what everybody else knows
 */
export function toRecords(event: StoredEvent): readonly NewRecord[] {
  if (Object.hasOwn(LICENSE_EVENTS, event.type)) return licenseRecords(event);
  const { state } = event.data as { readonly state: unknown };
  switch (event.type) {
    case 'TenantCreated':
      return [accountRecord(event, 'tenant', state as TenantAccount)];
    case 'ApiKeyCreated':
      return [accountRecord(event, 'apiKey', state as ApiKey)];
    case 'ApiKeyDeleted':
      return [accountTombstone(event, 'apiKey', (state as ApiKey).id)];
    case 'ProductCreated':
      return [accountRecord(event, 'product', state as ProductAccount)];
    case 'PlanCreated':
      return [accountRecord(event, 'plan', planOf(state as StoredPlan))];
    case 'SigningKeyCreated':
    case 'SigningKeyActivated':
    case 'SigningKeyRetiring':
    case 'SigningKeyRetired':
      return signingKeyRecords(event, state as RecordedKey);
    default:
      throw new Error(`no topic is known for events of type ${event.type}`);
  }
}
