import type { Caller } from './caller.js';

/**
 * The tenant that a caller speaks for. Routes of secret keys have no callers without one.
 * @throws {Error} a broken invariant: the operator, or nobody, was let in
 */
export function tenantOf({ kind, tenantId }: Caller): string {
  if (tenantId === undefined) throw new Error(`a ${kind} caller has no tenant`);
  return tenantId;
}
