import type { Pool, PoolClient } from 'pg';

/** Runs `work` in a transaction of its own; a rejection rolls back, and a broken connection is not used again. */
export async function inTransaction<T>(pool: Pool, work: (transaction: PoolClient) => Promise<T>): Promise<T> {
  const transaction = await pool.connect();
  let broken: Error | undefined;
  // without a listener, a connection lost between two statements would end the process
  const lost = (error: Error): void => {
    broken = error;
  };
  transaction.on('error', lost);
  try {
    await transaction.query('begin');
    const result = await work(transaction);
    await transaction.query('commit');
    return result;
  } catch (error) {
    await transaction.query('rollback').catch(lost);
    throw error;
  } finally {
    transaction.off('error', lost);
    transaction.release(broken);
  }
}
