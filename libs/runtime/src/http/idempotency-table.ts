/**
 * The table in which a service keeps its idempotency keys, for a migration of its schema. It holds hashes and ciphertext
 * only. `answer` is null while the first request is being handled; `claim` changes when another request takes over.
 */
export const idempotencyMigrationSql = (): string => `
create table idempotency (
  id text primary key,
  claim text not null,
  fingerprint text not null,
  claimed_at timestamptz not null,
  answer text
);
create index idempotency_claimed_at on idempotency (claimed_at);
`;

/**
 * The table for the event store's row writer. `claim` belongs to the key, so that a request that has lost its hold on
 * the key cannot commit.
 */
export const IDEMPOTENCY_TABLE = {
  name: 'idempotency',
  key: ['id', 'claim'],
  columns: ['id', 'claim', 'fingerprint', 'claimed_at', 'answer'],
} as const;
