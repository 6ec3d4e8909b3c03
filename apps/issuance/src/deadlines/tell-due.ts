import { type Instant, licenseDecider, type LicenseState } from '@leasehold/licensing';
import { licenseStream, recorded } from '../licenses/change-license.js';
import { decideCommands } from '../licenses/decide-commands.js';
import type { LicenseContext } from '../licenses/license-context.js';
import { loadLicense, NOTHING_KEPT, type StoredLicense } from '../licenses/load-license.js';
import { licenseRows } from '../licenses/license-rows.js';
import type { DueLicense } from './claim-due.js';
import { dueCommands, lookedAt, SCHEDULER } from './next-look.js';

/**
 * Tells what has become due of one license. Told is what the events say is told, and the append carries the version that
 * was decided upon: however many schedulers look, and wherever they are killed, each notice is one event.
 */
export async function tellDue(
  { writePath, pool, publicUrl }: Pick<LicenseContext, 'writePath' | 'pool' | 'publicUrl'>,
  { licenseId, tenantId }: DueLicense,
  now: Instant,
): Promise<void> {
  let before: StoredLicense = { state: licenseDecider.initial, version: 0, kept: NOTHING_KEPT };
  await writePath.handleCommand({
    actor: SCHEDULER,
    now,
    streamId: licenseStream(licenseId),
    tenantId,
    load: async () => (before = await loadLicense(pool, tenantId, licenseId)),
    decide: (state: LicenseState) => decideCommands(state, dueCommands(state, now), publicUrl),
    evolve: licenseDecider.evolve,
    recorded,
    write: ({ state }, events) => {
      const changed = events.length === 0 ? [] : licenseRows(before, { state, kept: before.kept }, now);
      // last, so that it counts and not the row of the change
      return { rows: [...changed, lookedAt(licenseId, state, now)], result: undefined };
    },
  });
}
