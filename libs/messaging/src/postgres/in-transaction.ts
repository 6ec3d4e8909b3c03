import type { Pool, PoolClient } from 'pg';

/** Runs `work` in a transaction of its own; a rejection rolls back, and a broken connection is not used again. */
export const inTransaction = async <T>(pool: Pool, work: (transaction: PoolClient) => Promise<T>): Promise<T> => {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((cause: unknown) => {
      broken = cause instanceof Error ? cause : new Error(String(cause));
    });
    throw error;
  } finally {
    client.release(broken);
  }
};
