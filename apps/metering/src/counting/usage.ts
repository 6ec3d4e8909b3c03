import type { Instant } from '@leasehold/licensing';

/** Something that counts, before it has a place: a granted call, an amount that was posted, or a refusal (of nothing). */
export interface Usage {
  readonly licenseId: string;
  readonly meter: string;
  readonly at: Instant;
  readonly quantity: number;
  /** A hard limit refused it; it is told, and adds nothing. */
  readonly refused: boolean;
}
