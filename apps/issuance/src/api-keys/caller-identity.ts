import type { Actor } from '@leasehold/licensing';
import type { Caller } from '@leasehold/runtime';

/** The tenant a secret key speaks for. Routes of secret keys have no other callers. */
export function tenantOf(caller: Caller): string {
  if (caller.tenantId === undefined) throw new Error(`a ${caller.kind} caller has no tenant`);
  return caller.tenantId;
}

/** Who is recorded beside the events that a request makes. */
export function actorOf(caller: Caller): Actor {
  if (caller.apiKeyId === undefined) throw new Error(`a ${caller.kind} caller changes nothing`);
  return { type: caller.kind === 'operator' ? 'operator' : 'api_key', id: caller.apiKeyId };
}
