import type { Instant } from '@leasehold/licensing';

/** An instant as a row of `json_to_recordset` holds it. */
export const timestamp = (instant: Instant): string => new Date(instant).toISOString();
