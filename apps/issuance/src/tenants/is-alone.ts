import type { Pool } from 'pg';

/** Whether there is but one tenant: then what belongs to the platform is its own. */
export async function isAlone(pool: Pick<Pool, 'query'>): Promise<boolean> {
  const { rowCount } = await pool.query('select from tenant limit 2');
  return rowCount === 1;
}
