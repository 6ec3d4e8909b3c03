import type { Queryable } from '../database/queryable.js';
import type { LicenseContext } from './license-context.js';

const CONTEXTS = 'SELECT context FROM license_context WHERE license_id = ANY ($1::text[])';

export type LicenseContexts = ReadonlyMap<string, LicenseContext>;

/** What is known of the licenses; those that are not are absent. */
export async function readContexts(database: Queryable, licenseIds: readonly string[]): Promise<LicenseContexts> {
  if (licenseIds.length === 0) return new Map();
  const { rows } = await database.query<{ context: LicenseContext }>({
    name: 'read-contexts',
    text: CONTEXTS,
    values: [licenseIds],
  });
  return new Map(rows.map(({ context }): [string, LicenseContext] => [context.licenseId, context]));
}
