import type { Pool } from 'pg';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export interface SendingMetrics {
  /** An attempt that counts, by what it is called; milliseconds. */
  readonly attempted: (outcome: string, durationMs: number) => void;
  readonly ownFault: () => void;
  /** A lease ran out before the outcome was written: the receiver may have got it twice. */
  readonly lost: () => void;
  /** Shows what is under way, and how late the sending is. */
  readonly watch: (pool: Pick<Pool, 'query'>, underWay: () => number) => void;
}

const OVERDUE = `
  select coalesce(extract(epoch from now() - min(d.due_at)), 0)::float8 as age
  from endpoint e cross join lateral (
    select due_at from delivery d
    where d.endpoint_id = e.id and d.state = 'pending' and d.due_at <= now() order by due_at limit 1) d
  where e.status = 'enabled'`;

/** What the sending of webhooks does, as metrics. */
export function sendingMetrics(registry: Registry): SendingMetrics {
  const registers = [registry];
  const counter = (name: string, help: string) =>
    new Counter({ name: `leasehold_webhook_${name}_total`, help, registers });
  const attempts = new Counter({
    name: 'leasehold_webhook_attempts_total',
    help: 'Attempts to deliver a webhook, by outcome.',
    labelNames: ['outcome'],
    registers,
  });
  const durations = new Histogram({
    name: 'leasehold_webhook_attempt_duration_seconds',
    help: 'Time from the look-up of the name to the end of the answer.',
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30],
    registers,
  });
  const ownFaults = counter('own_faults', 'Attempts that failed by a fault of ours and do not count.');
  const lost = counter('lost_leases', 'Attempts whose outcome came after the lease: possible duplicates.');
  return {
    attempted: (outcome, durationMs) => {
      attempts.inc({ outcome });
      durations.observe(durationMs / 1_000);
    },
    ownFault: () => ownFaults.inc(),
    lost: () => lost.inc(),
    watch: (pool, underWay) => {
      new Gauge({
        name: 'leasehold_webhook_in_flight',
        help: 'Webhooks that this process is sending.',
        registers,
        collect() {
          this.set(underWay());
        },
      });
      new Gauge({
        name: 'leasehold_webhook_oldest_due_seconds',
        help: 'How long the delivery that waits longest beyond its time has been due.',
        registers,
        async collect() {
          const { rows } = await pool.query<{ age: number }>(OVERDUE);
          this.set(rows[0]?.age ?? 0);
        },
      });
    },
  };
}
