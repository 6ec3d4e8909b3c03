import { InvariantError } from '../errors.js';

/** Brings data of one schema version to the next. Pure: it is run on every read. */
export type Upcaster = (data: unknown) => unknown;

/** Event type → its upcasters, the first from version 1 to 2, the next from 2 to 3, and so on. */
export type Upcasters = Readonly<Record<string, readonly Upcaster[]>>;

export interface VersionedData {
  readonly schemaVersion: number;
  readonly data: unknown;
}

/**
 * Brings data to the newest version. Types without upcasters pass as they are.
 * @throws {InvariantError} the data is newer than this program knows
 * @example upcast({ LicenseIssued: [addCurrency] }, 'LicenseIssued', { schemaVersion: 1, data }) // version 2
 */
export function upcast(upcasters: Upcasters, type: string, stored: VersionedData): VersionedData {
  const chain = Object.hasOwn(upcasters, type) ? upcasters[type] : undefined;
  if (chain === undefined) return stored;
  const newest = chain.length + 1;
  if (stored.schemaVersion > newest) {
    throw new InvariantError(`${type} has schema version ${stored.schemaVersion}, newer than ${newest}`);
  }
  const data = chain.slice(stored.schemaVersion - 1).reduce((older, step) => step(older), stored.data);
  return { schemaVersion: newest, data };
}
