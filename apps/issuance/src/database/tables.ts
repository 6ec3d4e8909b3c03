import type { WritableTable } from '@leasehold/event-store';
import { IDEMPOTENCY_TABLE } from '@leasehold/runtime';

/**
 * The tables that appends write, in the append's own transaction. Rows are JSON in the columns' names; instants go as
 * ISO text (`toISOString`). The SQL is in `management-tables.ts`.
 */
export const TABLES = {
  tenant: { name: 'tenant', key: ['id'], columns: ['id', 'name', 'created_at'] },
  apiKey: {
    name: 'api_key',
    key: ['id'],
    columns: ['id', 'tenant_id', 'name', 'kind', 'hash', 'hint', 'scopes', 'rate', 'created_at'],
  },
  product: { name: 'product', key: ['id'], columns: ['id', 'tenant_id', 'name', 'created_at'] },
  plan: { name: 'plan', key: ['id'], columns: ['id', 'tenant_id', 'product_id', 'state', 'created_at'] },
  signingKey: {
    name: 'signing_key',
    key: ['kid'],
    columns: [
      'kid',
      'tenant_id',
      'purpose',
      'status',
      'x',
      'ciphertext',
      'version',
      'created_at',
      'activates_at',
      'retires_at',
    ],
  },
  license: {
    name: 'license',
    key: ['id'],
    columns: [
      'id',
      'tenant_id',
      'product_id',
      'plan_id',
      'customer_reference',
      'trial',
      'suspended',
      'cancelled',
      'revoked',
      'expires_at',
      'grace_ends_at',
      'version',
      'state',
      'created_at',
    ],
  },
  licenseDomain: {
    name: 'license_domain',
    key: ['license_id', 'domain'],
    columns: ['license_id', 'domain', 'tenant_id'],
  },
  licensePrivate: {
    name: 'license_private',
    key: ['license_id'],
    columns: ['license_id', 'email', 'metadata', 'key_ciphertext'],
  },
  deadline: { name: 'deadline', key: ['license_id'], columns: ['license_id', 'due_at', 'claimed_until'] },
  bootstrap: { name: 'bootstrap', key: ['single'], columns: ['single', 'tenant_id', 'ciphertext'] },
  idempotency: IDEMPOTENCY_TABLE,
} as const satisfies Record<string, WritableTable>;
