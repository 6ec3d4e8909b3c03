import type { Instant } from '@leasehold/licensing';

export const QUARTER_MS = 15 * 60_000;

/** The quarter hour of UTC that an instant lies in. Every zone's hours and days begin at one. */
export const quarterOf = (at: Instant): Instant => Math.floor(at / QUARTER_MS) * QUARTER_MS;
