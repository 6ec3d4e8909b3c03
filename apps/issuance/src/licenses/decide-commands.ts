import {
  type Decision,
  type LicenseCommand,
  licenseDecider,
  type LicenseEvent,
  type LicenseRefusal,
  type LicenseState,
} from '@leasehold/licensing';
import { beyondTokens, touchesToken } from './token-limits.js';

/**
 * Decides commands one after the other, each upon what the one before made; all or nothing. What the tokens and receipts
 * of this installation could not hold is refused too.
 */
export function decideCommands(
  before: LicenseState,
  commands: readonly LicenseCommand[],
  publicUrl: string,
): Decision<LicenseEvent, LicenseRefusal> {
  const events: LicenseEvent[] = [];
  let state = before;
  for (const command of commands) {
    const decision = licenseDecider.decide(state, command);
    if ('refusal' in decision) return decision;
    state = decision.events.reduce(licenseDecider.evolve, state);
    events.push(...decision.events);
  }
  if (state.status === 'none' || !events.some(touchesToken)) return { events };
  const refusal = beyondTokens(state.license, publicUrl);
  return refusal === undefined ? { events } : { refusal };
}
