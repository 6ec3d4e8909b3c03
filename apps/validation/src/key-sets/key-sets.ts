import { hash } from 'node:crypto';
import { PLATFORM_TENANT, type PublicKeyAccount } from '@leasehold/contracts';
import type { AccountTable } from '@leasehold/runtime';
import { type KeySet, keySetOf, keySetToJwks, loadPublicKey, type VerificationKey } from '@leasehold/tokens';

/** A key set as it is served. */
export interface ServedKeySet {
  readonly body: ReturnType<typeof keySetToJwks>;
  /** Strong entity tag, quotes included. */
  readonly etag: string;
}

/** The keys of all tenants' license tokens, and whose each is. */
export interface LicenseKeys {
  readonly keySet: KeySet;
  readonly tenantOf: ReadonlyMap<string, string>;
}

/** The public keys of the platform, from the account table; rebuilt after a change, when somebody asks. */
export class KeySets {
  readonly #accounts: AccountTable;
  readonly #loaded = new Map<string, VerificationKey>();
  readonly #served = new Map<string, ServedKeySet>();
  #licenseKeys: LicenseKeys | undefined;
  /** Grows with each change. */
  #version = 0;

  constructor(accounts: AccountTable) {
    this.#accounts = accounts;
    accounts.onChange(({ kind }) => {
      if (kind !== 'public-key' && kind !== 'tenant') return;
      this.#served.clear();
      this.#licenseKeys = undefined;
      this.#version += 1;
    });
  }

  get version(): number {
    return this.#version;
  }

  /** The platform's keys; while there is one tenant, that tenant's as well. */
  root(): ServedKeySet {
    return this.#serve('', () => {
      const tenants = this.#accounts.tenants();
      return [PLATFORM_TENANT, ...(tenants.length === 1 ? tenants.map(({ id }) => id) : [])];
    });
  }

  /** A tenant's keys and the platform's; `undefined` when there is no such tenant. */
  ofTenant(tenantId: string): ServedKeySet | undefined {
    const isKnown = this.#accounts.tenants().some(({ id }) => id === tenantId);
    return isKnown ? this.#serve(tenantId, () => [tenantId, PLATFORM_TENANT]) : undefined;
  }

  licenseKeys(): LicenseKeys {
    if (this.#licenseKeys === undefined) {
      const keys: VerificationKey[] = [];
      const tenantOf = new Map<string, string>();
      for (const { id } of this.#accounts.tenants()) {
        for (const account of this.#published(id)) {
          if (account.purpose !== 'license') continue;
          keys.push(this.#load(account));
          tenantOf.set(account.kid, id);
        }
      }
      this.#licenseKeys = { keySet: keySetOf(keys), tenantOf };
    }
    return this.#licenseKeys;
  }

  #serve(name: string, owners: () => readonly string[]): ServedKeySet {
    const known = this.#served.get(name);
    if (known !== undefined) return known;
    const accounts = owners().flatMap((owner) => this.#published(owner));
    const body = keySetToJwks(keySetOf(accounts.map((account) => this.#load(account))));
    const etag = `"${hash('sha256', JSON.stringify(body), 'base64url').slice(0, 22)}"`;
    const served = { body, etag };
    this.#served.set(name, served);
    return served;
  }

  /** Announced keys are shown before they are used, retiring ones as long as something hangs on them. */
  #published(owner: string): readonly PublicKeyAccount[] {
    return this.#accounts
      .publicKeys(owner)
      .filter(({ status }) => status !== 'retired' && status !== 'compromised')
      .toSorted((one, other) => one.createdAt - other.createdAt || (one.kid < other.kid ? -1 : 1));
  }

  /** Checking that a key is sound takes a millisecond. */
  #load({ kid, jwk, purpose }: PublicKeyAccount): VerificationKey {
    const known = this.#loaded.get(kid) ?? loadPublicKey(Buffer.from(jwk.x, 'base64url'), purpose);
    this.#loaded.set(kid, known);
    return known;
  }
}
