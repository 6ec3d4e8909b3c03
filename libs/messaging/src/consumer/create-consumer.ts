import type { Pool } from 'pg';
import type { Consume, ConsumerHooks, Decode, HandleEvents, Trace } from './consume.js';
import { deliverOneByOne, deliverTogether } from './deliver.js';
import { deadLettered, measured, retried, traced, transacted } from './layers.js';

export const RETRY_DELAYS_MS: readonly number[] = [100, 1_000, 5_000];

export interface ConsumerOptions<E> {
  readonly group: string;
  /** The consumer's own database, with the tables of `consumerMigrationSql` on its search path. */
  readonly pool: Pool;
  readonly decode: Decode<E>;
  readonly handle: HandleEvents<E>;
  readonly hooks: ConsumerHooks;
  readonly trace: Trace;
  readonly retryDelaysMs: readonly number[];
  /** Aborted when the consumer closes: no further try is begun. */
  readonly stopping: AbortSignal;
  readonly monotonic: () => number;
}

/** The chain of a consumer, outermost first. */
export const createConsumer = <E>(options: ConsumerOptions<E>): Consume => {
  const { group, pool, decode, handle, hooks, trace, retryDelaysMs, stopping, monotonic } = options;
  const attempt = transacted(pool, group, deliverTogether(decode, handle));
  const isolate = transacted(pool, group, deliverOneByOne(decode, handle));
  return measured(
    group,
    hooks,
    monotonic,
    traced(trace, deadLettered(isolate, stopping, retried(group, retryDelaysMs, hooks, stopping, attempt))),
  );
};
