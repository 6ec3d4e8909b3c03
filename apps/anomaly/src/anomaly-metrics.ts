import type { Pool } from 'pg';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Detected } from './detection/detect.js';

const UNTOLD = 'select count(*) as untold from (select from outbox limit 100000) as waiting';

/** What detection sees, finds and has still to tell. A batch that is handled again is counted again. */
export class AnomalyMetrics {
  readonly #observations: Counter;
  readonly #missing: Counter;
  readonly #told: Counter<'rule' | 'severity'>;

  constructor(registry: Registry, pool: Pick<Pool, 'query'>) {
    const registers = [registry];
    this.#observations = new Counter({
      name: 'leasehold_anomaly_observations_total',
      help: 'Validations that the rules have looked at.',
      registers,
    });
    this.#missing = new Counter({
      name: 'leasehold_anomaly_missing_validations_total',
      help: 'Validations that never arrived, as gaps in their numbers show.',
      registers,
    });
    this.#told = new Counter({
      name: 'leasehold_anomaly_findings_told_total',
      help: 'Findings that were opened, got worse or went on, by the severity they had then.',
      labelNames: ['rule', 'severity'],
      registers,
    });
    new Gauge({
      name: 'leasehold_anomaly_untold_findings',
      help: 'What is committed and not yet on the log; counted up to 100,000.',
      registers,
      async collect() {
        const { rows } = await pool.query<{ untold: string }>(UNTOLD);
        this.set(Number(rows[0]?.untold));
      },
    });
  }

  detected({ observations, missing, told }: Detected): void {
    this.#observations.inc(observations);
    this.#missing.inc(missing);
    for (const { rule, severity } of told) this.#told.inc({ rule, severity });
  }
}
