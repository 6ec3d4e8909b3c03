import type { Scope } from '@leasehold/contracts';

/** The holder of a known API key; a `Caller` of the HTTP pipeline. */
export interface KnownCaller {
  readonly kind: 'secret' | 'publishable' | 'operator';
  /** Absent for the operator, who belongs to no tenant. */
  readonly tenantId?: string;
  readonly apiKeyId: string;
  readonly scopes: readonly Scope[];
  readonly rate?: { readonly perSecond: number; readonly burst: number };
}
