import { setTimeout as pause } from 'node:timers/promises';
import type { Queryable } from '../database/queryable.js';
import { type LicenseContexts, readContexts } from './read-contexts.js';

const LOOKS = 6;
const PAUSE_MS = 100;

/**
 * The tenant's own among these licenses. A license that was issued a moment ago may not have been heard of: looks again
 * for half a second. Another tenant's license is waited for like one that does not exist, so that nobody can tell.
 */
export async function findContexts(
  database: Queryable,
  tenantId: string,
  licenseIds: readonly string[],
): Promise<LicenseContexts> {
  for (let look = 1; ; look++) {
    const known = await readContexts(database, licenseIds);
    const own = new Map([...known].filter(([, context]) => context.tenantId === tenantId));
    if (own.size === licenseIds.length || look === LOOKS) return own;
    await pause(PAUSE_MS);
  }
}
