import type { License } from '@leasehold/licensing';
import { createEntryMaker, type LicenseEntry } from './license-entry.js';

/** Every license there is, in memory. There is no miss: what is not here does not exist, once the topic has been read. */
export interface LicenseTable {
  /** Takes a license's state; `false` when the table holds that version or a newer one: a revocation never un-happens. */
  apply(license: License): boolean;
  /** The license that has, or had, a key with this SHA-256 (hex); whether the key is still good is a verdict. */
  byKeyHash(hash: string): LicenseEntry | undefined;
  byId(id: string): LicenseEntry | undefined;
  /** Licenses in the table. */
  size(): number;
}

/** The table as maps of objects: simple, and some 1.2 kB a license. */
export function createLicenseTable(): LicenseTable {
  const byId = new Map<string, LicenseEntry>();
  const byKeyHash = new Map<string, LicenseEntry>();
  const entryOf = createEntryMaker();

  return {
    apply(license) {
      const former = byId.get(license.id);
      if (former !== undefined && former.license.version >= license.version) return false;
      const entry = entryOf(license);
      if (former !== undefined) for (const { hash } of former.license.keys) byKeyHash.delete(hash);
      for (const { hash } of license.keys) byKeyHash.set(hash, entry);
      byId.set(license.id, entry);
      return true;
    },
    byKeyHash: (hash) => byKeyHash.get(hash),
    byId: (id) => byId.get(id),
    size: () => byId.size,
  };
}
