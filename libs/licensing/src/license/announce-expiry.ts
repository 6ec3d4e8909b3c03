import type { EndGrace, MarkExpired, MarkExpiring } from './license-command.js';
import { happened, QUIET, type IssuedState, type LicenseDecision } from './license-decision.js';
import { nextDeadlines, type Deadline } from './next-deadlines.js';

/** The state itself says whether it is due, so a late, early or repeated command tells nothing. */
const isDue = (
  state: IssuedState,
  command: MarkExpiring | MarkExpired | EndGrace,
  isMeant: (deadline: Deadline) => boolean,
): boolean =>
  nextDeadlines(state).some(
    (deadline) => deadline.expiresAt === command.expiresAt && deadline.dueAt <= command.now && isMeant(deadline),
  );

export const markExpiring = (state: IssuedState, command: MarkExpiring): LicenseDecision => {
  const { now, days, expiresAt } = command;
  // past the end, "expires in n days" would not be true any more
  if (now >= expiresAt || !isDue(state, command, (due) => due.kind === 'expiring' && due.days === days)) return QUIET;
  return happened({ type: 'LicenseExpiring', at: now, days, expiresAt });
};

export const markExpired = (state: IssuedState, command: MarkExpired): LicenseDecision =>
  isDue(state, command, (due) => due.kind === 'expired')
    ? happened({ type: 'LicenseExpired', at: command.now, expiresAt: command.expiresAt })
    : QUIET;

export const endGrace = (state: IssuedState, command: EndGrace): LicenseDecision =>
  isDue(state, command, (due) => due.kind === 'grace_ended')
    ? happened({ type: 'GraceEnded', at: command.now, expiresAt: command.expiresAt })
    : QUIET;
