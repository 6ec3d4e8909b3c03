import type { Pool, PoolClient } from 'pg';

/**
 * Runs `work` in a transaction of its own; a rejection rolls back, and a broken connection is not used again.
 * @throws what `work` or the database throws
 */
export const inTransaction = async <T>(pool: Pool, work: (transaction: PoolClient) => Promise<T>): Promise<T> => {
  const client = await pool.connect();
  let broken: Error | undefined;
  // without a listener, a connection lost between two statements would end the process
  const lost = (error: Error): void => {
    broken = error;
  };
  client.on('error', lost);
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(lost);
    throw error;
  } finally {
    client.off('error', lost);
    client.release(broken);
  }
};
