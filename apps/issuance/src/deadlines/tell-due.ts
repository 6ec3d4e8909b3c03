import { type Instant, licenseDecider, type LicenseState } from '@leasehold/licensing';
import { licenseStream, recorded } from '../licenses/change-license.js';
import { decideCommands } from '../licenses/decide-commands.js';
import type { LicenseContext } from '../licenses/license-context.js';
import { NO_LICENSE, type StoredLicense } from '../licenses/load-license.js';
import { licenseRows } from '../licenses/license-rows.js';
import type { DueLicense } from './claim-due.js';
import { dueCommands, lookedAt, SCHEDULER } from './next-look.js';

/**
 * Tells what has become due of one license. Told is what the events say is told, and the append carries the version that
 * was decided upon: however many schedulers look, and wherever they are killed, each notice is one event.
 */
export async function tellDue(
  { writePath, loadLicense, publicUrl }: LicenseContext,
  { licenseId, tenantId }: DueLicense,
  now: Instant,
): Promise<void> {
  let before: StoredLicense = NO_LICENSE;
  await writePath.handleCommand({
    actor: SCHEDULER,
    now,
    streamId: licenseStream(licenseId),
    tenantId,
    load: async () => (before = await loadLicense(tenantId, licenseId)),
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
