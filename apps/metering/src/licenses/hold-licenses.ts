import { TOPICS } from '@leasehold/contracts';
import { partitionOf } from '@leasehold/messaging';
import type { ClientBase } from 'pg';

/** Any number that no other pair of advisory locks in this database begins with. */
const LOCK_CLASS = 1_836_346_994;
const LOCKS = {
  counting: 'SELECT pg_advisory_xact_lock_shared($1, held) FROM unnest($2::int[]) AS held',
  changing: 'SELECT pg_advisory_xact_lock($1, held) FROM unnest($2::int[]) AS held',
} as const;

/** Each license is in one partition of every topic that is keyed by licenses. */
export const partitionOfLicense = (licenseId: string): number => partitionOf(licenseId, TOPICS.licenses.partitions);

/**
 * Holds licenses until the end of the transaction, by partition. Who counts does so beside others who count; who
 * changes what a license is, or tells a balance from outside of counting, is alone. So a count never goes by a rule that
 * is being changed, and balances are told in the order in which they were true. To be called before anything is read.
 */
export async function holdLicenses(
  transaction: ClientBase,
  mode: keyof typeof LOCKS,
  partitions: Iterable<number>,
): Promise<void> {
  // always in this order: two who hold several never wait for each other
  const sorted = [...new Set(partitions)].sort((a, b) => a - b);
  if (sorted.length === 0) return;
  await transaction.query({ name: `hold-${mode}`, text: LOCKS[mode], values: [LOCK_CLASS, sorted] });
}
