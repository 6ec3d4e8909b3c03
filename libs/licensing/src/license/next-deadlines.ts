import { DAY_MS, daysAfter, type Instant } from '../instant.js';
import type { LicenseState } from './license.js';

/** Days before the end at which it is announced. */
export const EXPIRY_NOTICE_DAYS = [30, 7, 1] as const;

/** Something a scheduler has to bring about: at `dueAt` it sends the command that belongs to `kind`. */
export type Deadline =
  | { readonly kind: 'expiring'; readonly days: number; readonly dueAt: Instant; readonly expiresAt: Instant }
  | { readonly kind: 'expired' | 'grace_ended'; readonly dueAt: Instant; readonly expiresAt: Instant };

/** Identity of what is told exactly once. */
export const noticeKey = (kind: Deadline['kind'], days: number, expiresAt: Instant): string =>
  `${kind}:${String(days)}:${String(expiresAt)}`;

/**
 * What is still to be told about the license's end, soonest first. Notices that were due before the end was set are
 * left out; the end itself and that of grace are told of imports too. Nothing for perpetual, cancelled and revoked
 * licenses, nor for what has been told.
 */
export const nextDeadlines = (state: LicenseState): readonly Deadline[] => {
  if (state.status === 'none') return [];
  const { expiresAt, graceDays, cancelledAt, revokedAt } = state.license;
  if (expiresAt === null || cancelledAt !== null || revokedAt !== null) return [];
  const deadlines: Deadline[] = [];
  for (const days of EXPIRY_NOTICE_DAYS) {
    const dueAt = expiresAt - days * DAY_MS;
    if (dueAt > state.expirySetAt && !state.told.includes(noticeKey('expiring', days, expiresAt)))
      deadlines.push({ kind: 'expiring', days, dueAt, expiresAt });
  }
  if (!state.told.includes(noticeKey('expired', 0, expiresAt)))
    deadlines.push({ kind: 'expired', dueAt: expiresAt, expiresAt });
  if (graceDays > 0 && !state.told.includes(noticeKey('grace_ended', 0, expiresAt)))
    deadlines.push({ kind: 'grace_ended', dueAt: daysAfter(expiresAt, graceDays), expiresAt });
  return deadlines;
};
