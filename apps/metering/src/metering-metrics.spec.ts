import { expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import { Registry } from 'prom-client';
import { meteringMetrics } from './metering-metrics.js';

const pool = { query: () => Promise.resolve({ rows: [{ backlog: '7' }] }) } as unknown as Pick<Pool, 'query'>;

it('what was counted, what came twice and what is missing are numbers of their own', async () => {
  const registry = new Registry();
  const metrics = meteringMetrics(registry, pool);
  const batch = { counted: 5, repeated: 4, missing: 3, tooLate: 2, ahead: 1, unplaced: 0 };
  metrics.counted(batch);
  metrics.counted(batch);
  metrics.posted([{ status: 'accepted' }, { status: 'accepted' }, { status: 'conflict' }]);
  const lines = (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(lines.sort()).toEqual([
    'leasehold_metering_outbox_records 7',
    'leasehold_metering_posted_events_total{status="accepted"} 2',
    'leasehold_metering_posted_events_total{status="conflict"} 1',
    'leasehold_metering_validations_ahead_total 2',
    'leasehold_metering_validations_counted_total 10',
    'leasehold_metering_validations_missing_total 6',
    'leasehold_metering_validations_repeated_total 8',
    'leasehold_metering_validations_too_late_total 4',
    'leasehold_metering_validations_unplaced_total 0',
  ]);
});
