import type { Scope } from '@leasehold/contracts';

/** Who makes a request, as the API key tells. */
export interface Caller {
  readonly kind: 'secret' | 'publishable' | 'operator' | 'anonymous';
  /** Absent for the operator and for callers without a key. */
  readonly tenantId?: string;
  readonly apiKeyId?: string;
  readonly scopes: readonly Scope[];
  /** The key's own rate, where it differs from the default of its kind. */
  readonly rate?: { readonly perSecond: number; readonly burst: number };
}

/**
 * Finds the caller behind an API key; `undefined` if the key is not known. May answer at once when it knows, so that
 * a request need not wait for a turn of the event loop. Provide it in a service's module under {@link AUTHENTICATOR}
 * to replace the default, the account table.
 */
export interface Authenticator {
  authenticate(apiKey: string): Caller | undefined | Promise<Caller | undefined>;
}

export const AUTHENTICATOR = Symbol('Authenticator');

export const ANONYMOUS: Caller = { kind: 'anonymous', scopes: [] };
