import type { Pool } from 'pg';

/**
 * Forgets the boots that have told nothing since: what they told counts again if it comes once more, so this has to lie
 * further back than anything that can still come.
 * @returns how many rows of the table went
 */
export async function forgetBoots(pool: Pick<Pool, 'query'>, since: Date): Promise<number> {
  const { rowCount } = await pool.query('DELETE FROM producer_sequence WHERE seen_at < $1', [since]);
  return rowCount ?? 0;
}
