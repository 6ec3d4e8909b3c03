import type { ClientBase, Pool } from 'pg';

/** A transaction, or the pool where none is needed. */
export type Queryable = Pick<Pool | ClientBase, 'query'>;
