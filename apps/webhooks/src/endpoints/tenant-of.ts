import type { Caller } from '@leasehold/runtime';

/** The tenant a secret key speaks for. Routes of secret keys have no other callers. */
export function tenantOf(caller: Caller): string {
  if (caller.tenantId === undefined) throw new Error(`a ${caller.kind} caller has no tenant`);
  return caller.tenantId;
}
