import type { Actor } from '@leasehold/licensing';
import type { Pool } from 'pg';
import type { WritePath } from '../store/write-path.js';
import { activateDue, retireDue } from './key-ring.js';
import { keyChanges } from './key-changes.js';
import { dueKeyRings, loadKeyRing } from './load-key-ring.js';
import { retirementOf } from './retirement.js';

const ACTOR: Actor = { type: 'system', id: 'signing-key-schedule' };

/**
 * Puts pending keys into use and retires those whose last token has run out. Any number of processes may run it at
 * once: the versions of the streams let one of them do it, for the others it is done.
 */
export async function runDueRotations(writePath: WritePath, pool: Pool): Promise<void> {
  const now = writePath.clock.now();
  for (const name of await dueKeyRings(pool, now)) {
    const ring = await loadKeyRing(pool, name);
    const events = [...retireDue(ring, now), ...activateDue(ring, now, await retirementOf(pool, name, now))];
    if (events.length > 0) await writePath.commit({ actor: ACTOR, now }, keyChanges(ring, events));
  }
}
