import {
  accountKey,
  encodeEvent,
  type EventDefinition,
  EVENTS,
  type PlanAccount,
  type ProductAccount,
  type PublicKeyAccount,
  type TenantAccount,
  toHeaders,
  TOPICS,
} from '@leasehold/contracts';
import type { NewRecord, StoredEvent } from '@leasehold/event-store';
import type { Instant, Plan } from '@leasehold/licensing';
import { partitionOf } from '@leasehold/messaging';
import type { ApiKey } from '../api-keys/api-key.js';
import { envelopeOf } from './envelope-of.js';

/** What the event `PlanCreated` carries. */
export interface StoredPlan extends Plan {
  readonly tenantId: string;
  readonly createdAt: Instant;
}

interface Accounts {
  readonly tenant: TenantAccount;
  readonly apiKey: ApiKey;
  readonly product: ProductAccount;
  readonly plan: PlanAccount;
  readonly publicKey: Omit<PublicKeyAccount, 'tenantId'>;
}
type Kind = keyof Accounts;

/** The kind as record keys have it. */
const KIND_IN_KEY = {
  tenant: 'tenant',
  apiKey: 'api-key',
  product: 'product',
  plan: 'plan',
  publicKey: 'public-key',
} as const satisfies Record<Kind, string>;

/** The full state of one tenant, API key, product, plan or public key. */
export function accountRecord<K extends Kind>(event: StoredEvent, kind: K, state: Accounts[K]): NewRecord {
  const id = 'kid' in state ? state.kid : state.id;
  const definition: EventDefinition = EVENTS[kind];
  // the schema drops what is not for others: a key's name and hint
  const account = { ...state, tenantId: event.tenantId } as never;
  return { ...placeOf(event, kind, id), ...encodeEvent(definition, envelopeOf(event, id, event.tenantId), account) };
}

/** Says that it is gone. */
export function accountTombstone(event: StoredEvent, kind: Kind, id: string): NewRecord {
  const headers = toHeaders({ ...envelopeOf(event, id, event.tenantId), type: EVENTS[kind].type });
  return { ...placeOf(event, kind, id), headers, value: null };
}

const placeOf = ({ tenantId }: StoredEvent, kind: Kind, id: string) => ({
  topic: TOPICS.accounts.name,
  partition: partitionOf(tenantId, TOPICS.accounts.partitions),
  key: accountKey(tenantId, KIND_IN_KEY[kind], id),
});

export const planOf = ({ id, tenantId, productId, name, limits, createdAt }: StoredPlan): PlanAccount => ({
  id,
  tenantId,
  productId,
  name,
  limits,
  createdAt,
});
