import type { ConsumerHooks } from '@leasehold/messaging';
import type { Logger } from 'pino';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

const LABELS = ['group', 'topic'];
const SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

/** What a consumer group does, as metrics; and what an operator has to know of it, as log lines. */
export function consumerMetrics(metrics: Registry, logger: Logger): ConsumerHooks {
  const counter = (name: string, help: string) =>
    new Counter({ name: `leasehold_consumer_${name}_total`, help, labelNames: LABELS, registers: [metrics] });
  const handled = counter('records', 'Records whose effects were committed with their offset.');
  const failures = counter('batch_failures', 'Batches that were given up for the time being.');
  const retries = counter('retries', 'Attempts to handle a batch again.');
  const parked = counter('parked_records', 'Records that were parked because they could not be handled.');
  const waiting = counter('waiting_records', 'Records that had to wait behind a parked key.');
  const lostTails = counter('lost_tails', 'Times the log ended below what had been handled.');
  const durations = new Histogram({
    name: 'leasehold_consumer_batch_duration_seconds',
    help: 'Time to handle a batch, from its first attempt to the commit.',
    labelNames: LABELS,
    buckets: SECONDS,
    registers: [metrics],
  });
  const lag = new Gauge({
    name: 'leasehold_consumer_lag_records',
    help: 'Offsets between the end of a partition and what the group has handled.',
    labelNames: [...LABELS, 'partition'],
    registers: [metrics],
  });
  return {
    handled: ({ group, topic, records, durationMs }) => {
      handled.inc({ group, topic }, records);
      durations.observe({ group, topic }, durationMs / 1_000);
    },
    failed: ({ group, topic, partition, error }) => {
      failures.inc({ group, topic });
      logger.error({ group, topic, partition, err: error }, 'a batch was given up for now');
    },
    retried: ({ group, topic, partition, attempt, delayMs, error }) => {
      retries.inc({ group, topic });
      logger.warn({ group, topic, partition, attempt, delayMs, err: error }, 'a batch is tried again');
    },
    parked: ({ group, topic, partition, record, reason, detail }) => {
      parked.inc({ group, topic });
      logger.error(
        { group, topic, partition, offset: record.offset, key: record.key, reason, detail },
        'record parked',
      );
    },
    waiting: ({ group, topic, records }) => waiting.inc({ group, topic }, records),
    lag: ({ group, topic, partition, lag: records }) => lag.set({ group, topic, partition }, records),
    lostTail: ({ group, topic, partition, nextOffset, endOffset }) => {
      lostTails.inc({ group, topic });
      logger.error({ group, topic, partition, nextOffset, endOffset }, 'the log ends below what was handled');
    },
  };
}
