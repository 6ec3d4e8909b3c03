import type { Pool } from 'pg';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export interface RelayMetrics {
  readonly lag: (lagMs: number) => void;
  readonly published: (events: number) => void;
  readonly retried: () => void;
}

const BACKLOG = `
  select coalesce((select position from events order by epoch desc, position desc limit 1), 0) - position as backlog
  from relay_checkpoint where name = 'outbox'`;

/** How far the log is behind the store. */
export function relayMetrics(registry: Registry, pool: Pick<Pool, 'query'>): RelayMetrics {
  const registers = [registry];
  const lag = new Histogram({
    name: 'leasehold_relay_lag_seconds',
    help: 'Time from an event to its publication, of the slowest event of each batch.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30],
    registers,
  });
  const published = new Counter({
    name: 'leasehold_relay_events_total',
    help: 'Events that this process has published.',
    registers,
  });
  const retries = new Counter({
    name: 'leasehold_relay_retries_total',
    help: 'Publications that failed and were tried again.',
    registers,
  });
  // asked of the database at each scrape, so that it also grows while no relay runs
  new Gauge({
    name: 'leasehold_relay_backlog_events',
    help: 'Events in the store that no relay has published for certain.',
    registers,
    async collect() {
      const { rows } = await pool.query<{ backlog: string }>(BACKLOG);
      this.set(Number(rows[0]?.backlog ?? 0));
    },
  });
  return {
    lag: (lagMs) => lag.observe(lagMs / 1000),
    published: (events) => published.inc(events),
    retried: () => retries.inc(),
  };
}
