import type { LicenseContext } from '../licenses/license-context.js';
import { claimDue, type DueLicense } from './claim-due.js';
import { tellDue } from './tell-due.js';

/** So many at once share their appends; more would keep requests from the pool. */
const AT_ONCE = 20;

/** Looks at all licenses whose time has come. Any number of processes may run it at once. */
export async function runDueDeadlines(
  context: LicenseContext,
  onFailure: (error: unknown, license: DueLicense) => void,
): Promise<void> {
  let claimed: readonly DueLicense[];
  do {
    const now = context.writePath.clock.now();
    claimed = await claimDue(context.pool, now, AT_ONCE);
    // one that fails keeps its claim, and is looked at again when that ends
    await Promise.all(
      claimed.map((license) => tellDue(context, license, now).catch((error: unknown) => onFailure(error, license))),
    );
  } while (claimed.length === AT_ONCE);
}
