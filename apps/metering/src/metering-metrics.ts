import type { UsageResult } from '@leasehold/contracts';
import type { Pool } from 'pg';
import { Counter, Gauge, type Registry } from 'prom-client';

export const METERING_METRICS = Symbol('METERING_METRICS');

export interface CountedBatch {
  /** Calls and refusals that were counted now. */
  readonly counted: number;
  /** Items that were counted before. */
  readonly repeated: number;
  readonly missing: number;
  readonly tooLate: number;
  readonly ahead: number;
  readonly unplaced: number;
}

/** What metering tells of its work. Batches that are rolled back and come again are in it more than once. */
export interface MeteringMetrics {
  readonly counted: (batch: CountedBatch) => void;
  readonly posted: (results: readonly Pick<UsageResult, 'status'>[]) => void;
}

const BACKLOG = 'SELECT count(*) AS backlog FROM (SELECT FROM outbox LIMIT 100000) AS waiting';

export function meteringMetrics(registry: Registry, pool: Pick<Pool, 'query'>): MeteringMetrics {
  const registers = [registry];
  const counter = (name: string, help: string) => new Counter({ name: `leasehold_metering_${name}`, help, registers });
  const counters: Readonly<Record<keyof CountedBatch, Counter>> = {
    counted: counter('validations_counted_total', 'Granted calls, and refusals by a hard limit, that were counted.'),
    repeated: counter('validations_repeated_total', 'Validations that had been counted before.'),
    missing: counter(
      'validations_missing_total',
      'Validations that never arrived, by the gap in their numbers. An alarm.',
    ),
    tooLate: counter('validations_too_late_total', 'Calls that came more than 35 days late and were not counted.'),
    ahead: counter('validations_ahead_total', 'Calls of a clock more than 5 minutes ahead, counted as made now.'),
    unplaced: counter('validations_unplaced_total', 'Calls that wait for the facts of their license.'),
  };
  const posted = new Counter({
    name: 'leasehold_metering_posted_events_total',
    help: 'Events that were posted, by what became of them.',
    labelNames: ['status'],
    registers,
  });
  new Gauge({
    name: 'leasehold_metering_outbox_records',
    help: 'Records that wait to be published; counted up to 100,000.',
    registers,
    async collect() {
      const { rows } = await pool.query<{ backlog: string }>(BACKLOG);
      this.set(Number(rows[0]?.backlog ?? 0));
    },
  });
  return {
    counted: (batch) => {
      for (const name of Object.keys(counters) as (keyof CountedBatch)[]) counters[name].inc(batch[name]);
    },
    posted: (results) => {
      for (const { status } of results) posted.inc({ status });
    },
  };
}
