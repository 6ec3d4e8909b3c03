import { isDeepStrictEqual } from 'node:util';
import type { LicenseState } from '@leasehold/contracts';
import { contextOf, enforcedMeters, type LicenseContext, limitOf } from './license-context.js';
import type { LicenseContexts } from './read-contexts.js';

/** A license that is not what it was, as far as counting is concerned. */
export interface ContextChange {
  readonly context: LicenseContext;
  /** Not known before. */
  readonly isNew: boolean;
  /** Its periods are cut otherwise. */
  readonly newPeriods: boolean;
  /** Validators have to hear of its limits anew. */
  readonly newLimits: boolean;
}

/** The newest state of each license, where it is newer than what is known. */
export function contextChanges(states: readonly LicenseState[], known: LicenseContexts): readonly ContextChange[] {
  const newest = new Map<string, LicenseState>();
  for (const state of states) {
    const { version } = newest.get(state.id) ?? known.get(state.id) ?? { version: 0 };
    if (state.version > version) newest.set(state.id, state);
  }
  return [...newest.values()].map((state) => {
    const context = contextOf(state);
    const before = known.get(state.id);
    if (before === undefined) return { context, isNew: true, newPeriods: false, newLimits: true };
    const newPeriods = context.startsAt !== before.startsAt || !isDeepStrictEqual(context.period, before.period);
    return {
      context,
      isNew: false,
      newPeriods,
      newLimits: newPeriods || !isDeepStrictEqual(enforcedLimits(context), enforcedLimits(before)),
    };
  });
}

const enforcedLimits = (context: LicenseContext): ReadonlyMap<string, number | undefined> =>
  new Map(enforcedMeters(context).map((meter) => [meter, limitOf(context, meter)]));
