import { expect, it } from '@jest/globals';
import fastify from 'fastify';
import { createMemoryLog } from '@leasehold/messaging';
import { Pool } from 'pg';
import { pino } from 'pino';
import { AccountTable } from '../accounts/account-table.js';
import { consumerMetrics } from './consumer-metrics.js';
import { observeRequests } from './observe-requests.js';
import { observeState } from './observe-state.js';
import { openRegistry } from './open-registry.js';

const AT = { group: 'metering', topic: 'leasehold.validations.v1', partition: 3 };
const RECORD = { ...AT, key: 'lic_1', headers: {}, value: null, offset: 7, timestamp: 0 };

it('the names, types and labels of metrics stay as dashboards and alarms know them', async () => {
  const logger = pino({ level: 'silent' });
  const metrics = openRegistry('metering', { ofProcess: false });
  const pool = new Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/none' });
  const log = createMemoryLog();
  const app = fastify();
  observeRequests(app, logger, metrics);
  await app.inject('/nothing');
  observeState(metrics, pool, new AccountTable({ now: () => 0 }, logger));
  const hooks = consumerMetrics(metrics, logger);
  hooks.handled?.({ ...AT, records: 1, durationMs: 1 });
  hooks.failed?.({ ...AT, error: 'x', durationMs: 1 });
  hooks.retried?.({ ...AT, attempt: 1, delayMs: 1, error: 'x' });
  hooks.parked?.({ ...AT, record: RECORD, reason: 'unreadable', detail: 'x' });
  hooks.waiting?.({ ...AT, records: 1 });
  hooks.lostTail?.({ ...AT, nextOffset: 2, endOffset: 1 });
  hooks.lag?.({ ...AT, endOffset: 2, nextOffset: 1, lag: 1 });

  const families = await metrics.getMetricsAsJSON();
  const labelsOf = (values: readonly { readonly labels: object }[]): string =>
    [...new Set(values.flatMap(({ labels }) => Object.keys(labels)))]
      .filter((label) => label !== 'le')
      .sort()
      .join();
  expect(families.map(({ name, type, values }) => `${type} ${name} ${labelsOf(values)}`).sort()).toEqual([
    'counter leasehold_consumer_batch_failures_total group,service,topic',
    'counter leasehold_consumer_lost_tails_total group,service,topic',
    'counter leasehold_consumer_parked_records_total group,service,topic',
    'counter leasehold_consumer_records_total group,service,topic',
    'counter leasehold_consumer_retries_total group,service,topic',
    'counter leasehold_consumer_waiting_records_total group,service,topic',
    'gauge leasehold_accounts_age_seconds service',
    'gauge leasehold_consumer_lag_records group,partition,service,topic',
    'gauge leasehold_database_connections service,state',
    'histogram leasehold_consumer_batch_duration_seconds group,service,topic',
    'histogram leasehold_http_request_duration_seconds method,route,service,status',
  ]);
  await Promise.all([app.close(), pool.end(), log.close()]);
});

it('only one registry of a process tells of the process itself', async () => {
  expect(await openRegistry('metering', { ofProcess: false }).metrics()).not.toContain('process_');
  expect(await openRegistry('platform', { ofProcess: true }).metrics()).toMatch(
    /^process_start_time_seconds\{service="platform"\} \d/m,
  );
});
