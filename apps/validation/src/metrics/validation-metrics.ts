import { VERDICT_CODES, type VerdictCode } from '@leasehold/licensing';
import { Counter, Gauge, type Registry } from 'prom-client';

const PREFIX = 'leasehold_validation_';
/** Upper bounds of the histogram of answers, in seconds. */
const BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

/** What is looked at when the metrics are asked for. */
export interface Observed {
  readonly licenses: () => number;
  readonly ringItems: () => number;
  readonly lostItems: () => number;
  readonly spilledBytes: () => number;
  readonly heldRequests: () => number;
  readonly staleSeconds: () => number;
}

/**
 * The counters of the hot path: plain numbers that are copied into the registry when it is read, since the library's own
 * methods cost as much as a validation.
 */
export class ValidationMetrics {
  readonly #verdicts = new Map<VerdictCode, number>(VERDICT_CODES.map((code) => [code, 0]));
  readonly #statuses = new Map<number, number>();
  readonly #buckets = new Float64Array(BOUNDS.length + 1);
  #seconds = 0;
  #signatures = 0;
  #receipts = 0;

  constructor(registry: Registry, observed: Observed) {
    const registers = [registry];
    const verdicts = this.#verdicts;
    const statuses = this.#statuses;
    const counter = (name: string, help: string, value: () => number): void => {
      new Counter({
        name: PREFIX + name,
        help,
        registers,
        collect() {
          this.reset();
          this.inc(value());
        },
      });
    };
    const gauge = (name: string, help: string, value: () => number): void => {
      new Gauge({
        name: PREFIX + name,
        help,
        registers,
        collect() {
          this.set(value());
        },
      });
    };
    new Counter({
      name: `${PREFIX}verdicts_total`,
      help: 'Verdicts given, by code.',
      labelNames: ['code'],
      registers,
      collect() {
        this.reset();
        for (const [code, count] of verdicts) this.inc({ code }, count);
      },
    });
    new Counter({
      name: `${PREFIX}answers_total`,
      help: 'Answers of the validation route, by status.',
      labelNames: ['status'],
      registers,
      collect() {
        this.reset();
        for (const [status, count] of statuses) this.inc({ status }, count);
      },
    });
    new Counter({
      name: `${PREFIX}answer_seconds_bucket_total`,
      help: 'Answers of the validation route that took at most so many seconds.',
      labelNames: ['le'],
      registers,
      collect: this.#collectBuckets(),
    });
    counter('answer_seconds_total', 'Time that all answers of the validation route took.', () => this.#seconds);
    counter('signatures_total', 'Signatures made for receipts.', () => this.#signatures);
    counter('receipts_total', 'Receipts given; by signature, how many answers share one.', () => this.#receipts);
    counter('usage_lost_total', 'Validations that nobody was told of: memory and disk were full.', observed.lostItems);
    gauge('licenses', 'Licenses in the table.', observed.licenses);
    gauge('usage_ring_items', 'Validations in memory that wait to be told to the log.', observed.ringItems);
    gauge('usage_spilled_bytes', 'Bytes on disk that wait to be told to the log.', observed.spilledBytes);
    gauge('held_requests', 'Requests over their rate that are held now.', observed.heldRequests);
    gauge('stale_seconds', 'Time since the table last knew itself to be up to date.', observed.staleSeconds);
  }

  readonly verdict = (code: VerdictCode): void => {
    this.#verdicts.set(code, (this.#verdicts.get(code) ?? 0) + 1);
  };

  readonly signed = (count: number): void => {
    this.#signatures += 1;
    this.#receipts += count;
  };

  readonly answered = (seconds: number, status: number): void => {
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
    this.#seconds += seconds;
    let at = 0;
    while (at < BOUNDS.length && seconds > (BOUNDS[at] ?? 0)) at += 1;
    this.#buckets[at] = (this.#buckets[at] ?? 0) + 1;
  };

  #collectBuckets(): (this: Counter<'le'>) => void {
    const buckets = this.#buckets;
    return function () {
      this.reset();
      let sum = 0;
      for (const [at, count] of buckets.entries()) this.inc({ le: String(BOUNDS[at] ?? '+Inf') }, (sum += count));
    };
  }
}
