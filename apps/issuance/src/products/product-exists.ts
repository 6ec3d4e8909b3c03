import type { Pool } from 'pg';

/** Whether a product is the tenant's. */
export async function productExists(pool: Pool, tenantId: string, productId: string): Promise<boolean> {
  const { rowCount } = await pool.query('select from product where id = $1 and tenant_id = $2', [productId, tenantId]);
  return rowCount === 1;
}
