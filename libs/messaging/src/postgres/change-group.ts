import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '../in-transaction.js';

/**
 * One change at a time of who reads what in a group: its row is the lock. None of it has to survive a crash of the
 * server, so the commit does not wait for the disk.
 */
export const changeGroup = <T>(pool: Pool, group: string, work: (transaction: PoolClient) => Promise<T>): Promise<T> =>
  inTransaction(pool, async (transaction) => {
    await transaction.query('SET LOCAL synchronous_commit = off');
    await transaction.query('SELECT 1 FROM event_log.log_group WHERE name = $1 FOR UPDATE', [group]);
    return work(transaction);
  });

/** Tells all members, at their next poll, to look what is theirs now. */
export const bumpEpoch = async (transaction: PoolClient, group: string): Promise<void> => {
  await transaction.query('UPDATE event_log.log_group SET epoch = epoch + 1 WHERE name = $1', [group]);
};
