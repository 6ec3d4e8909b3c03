import type { RowWrite } from '@leasehold/event-store';
import {
  type Actor,
  type Deadline,
  type Instant,
  type LicenseCommand,
  type LicenseState,
  nextDeadlines,
} from '@leasehold/licensing';
import { deleted, timestamp, upserted } from '../database/row.js';

/** Who is recorded beside what the clock brings about. */
export const SCHEDULER: Actor = { type: 'system', id: 'deadlines' };

/** "Expires in n days" is not told any more once the license is past its end. */
const canBeTold = (deadline: Deadline, now: Instant): boolean =>
  deadline.kind !== 'expiring' || now < deadline.expiresAt;

/** When the scheduler has to look at the license next; `undefined`: unless something happens to it, never. */
export function nextLook(state: LicenseState, now: Instant): Instant | undefined {
  let soonest: Instant | undefined;
  for (const deadline of nextDeadlines(state)) {
    if (canBeTold(deadline, now) && (soonest === undefined || deadline.dueAt < soonest)) soonest = deadline.dueAt;
  }
  return soonest;
}

/** What the clock asks of the license now, soonest first. */
export const dueCommands = (state: LicenseState, now: Instant): readonly LicenseCommand[] =>
  nextDeadlines(state)
    .filter((deadline) => deadline.dueAt <= now && canBeTold(deadline, now))
    .map((deadline) => commandOf(deadline, now));

function commandOf(deadline: Deadline, now: Instant): LicenseCommand {
  const { expiresAt } = deadline;
  switch (deadline.kind) {
    case 'expiring':
      return { type: 'MarkExpiring', days: deadline.days, expiresAt, now, actor: SCHEDULER };
    case 'expired':
      return { type: 'MarkExpired', expiresAt, now, actor: SCHEDULER };
    case 'grace_ended':
      return { type: 'EndGrace', expiresAt, now, actor: SCHEDULER };
  }
}

/**
 * The row that makes the scheduler look in time, written with the events that moved the deadline. A row may be too early
 * (then the scheduler finds nothing due and puts it right), never too late.
 */
export function deadlineRow(
  licenseId: string,
  before: LicenseState,
  after: LicenseState,
  now: Instant,
): readonly RowWrite[] {
  const next = nextLook(after, now);
  if (next === nextLook(before, now)) return [];
  return [rowFor(licenseId, next)];
}

/** The row after the scheduler has looked: what stayed quiet must not come up again and again. */
export const lookedAt = (licenseId: string, after: LicenseState, now: Instant): RowWrite => {
  const next = nextLook(after, now);
  return rowFor(licenseId, next === undefined || next > now ? next : undefined);
};

const rowFor = (licenseId: string, dueAt: Instant | undefined): RowWrite =>
  dueAt === undefined
    ? deleted('deadline', { license_id: licenseId })
    : upserted('deadline', { license_id: licenseId, due_at: timestamp(dueAt), claimed_until: null });
