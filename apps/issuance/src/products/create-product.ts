import type { ProductBody } from '@leasehold/contracts';
import { newId } from '@leasehold/runtime';
import { inserted, timestamp } from '../database/row.js';
import type { Cause } from '../store/commit.js';
import { type KeepAnswer, rowsOf } from '../store/keep-answer.js';
import type { WritePath } from '../store/write-path.js';

export interface CreateProduct extends Cause {
  readonly tenantId: string;
  readonly name: string;
}

export async function createProduct(
  { commit, clock, random }: WritePath,
  command: CreateProduct,
  keep: KeepAnswer<ProductBody>,
): Promise<ProductBody> {
  const { tenantId, name, now } = command;
  const id = newId('prod', clock, random);
  const body: ProductBody = { id, name, createdAt: timestamp(now) };
  const row = inserted('product', { id, tenant_id: tenantId, name, created_at: body.createdAt });
  const state = { id, tenantId, name, createdAt: now };
  await commit(command, [
    {
      streamId: `product-${id}`,
      expectedVersion: 0,
      tenantId,
      events: [{ type: 'ProductCreated', data: { change: { name }, state } }],
      rows: rowsOf([row, await keep(body)]),
    },
  ]);
  return body;
}
