import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { consumerMetrics } from './consumer-metrics.js';
import { openRegistry } from './open-registry.js';

const AT = { group: 'metering', topic: 'leasehold.validations.v1', partition: 3 };
const RECORD = {
  topic: AT.topic,
  partition: 3,
  key: 'lic_1',
  headers: {},
  value: null,
  offset: 7,
  timestamp: 0,
};

const observed = async (act: (hooks: ReturnType<typeof consumerMetrics>) => void): Promise<[string[], object[]]> => {
  const lines: object[] = [];
  const metrics = openRegistry('metering', { ofProcess: false });
  const logger = pino({}, { write: (line: string) => lines.push(JSON.parse(line) as object) });
  act(consumerMetrics(metrics, logger));
  const text = await metrics.metrics();
  return [text.split('\n').filter((line) => line !== '' && !line.startsWith('#')), lines];
};
const sampleOf = (samples: readonly string[], name: string): string | undefined =>
  samples.find((line) => line.startsWith(`${name}{`))?.split('} ')[1];

describe('the metrics of a consumer', () => {
  it('count records and time, and say nothing about what goes well', async () => {
    const [samples, lines] = await observed((hooks) => {
      hooks.handled?.({ ...AT, records: 5, durationMs: 20 });
      hooks.handled?.({ ...AT, records: 2, durationMs: 20 });
      hooks.lag?.({ ...AT, endOffset: 10, nextOffset: 4, lag: 6 });
    });
    expect(sampleOf(samples, 'leasehold_consumer_records_total')).toBe('7');
    expect(sampleOf(samples, 'leasehold_consumer_batch_duration_seconds_count')).toBe('2');
    expect(sampleOf(samples, 'leasehold_consumer_lag_records')).toBe('6');
    expect(lines).toEqual([]);
  });

  it('count and tell what goes wrong: retries, failures, parked records, a lost tail', async () => {
    const [samples, lines] = await observed((hooks) => {
      hooks.retried?.({ ...AT, attempt: 1, delayMs: 100, error: new Error('first') });
      hooks.failed?.({ ...AT, error: new Error('second'), durationMs: 5 });
      hooks.parked?.({ ...AT, record: RECORD, reason: 'unreadable', detail: 'the value is not JSON' });
      hooks.waiting?.({ ...AT, records: 4 });
      hooks.lostTail?.({ ...AT, nextOffset: 9, endOffset: 5 });
    });
    for (const [name, value] of Object.entries({
      retries: '1',
      batch_failures: '1',
      parked_records: '1',
      waiting_records: '4',
      lost_tails: '1',
    })) {
      expect([name, sampleOf(samples, `leasehold_consumer_${name}_total`)]).toEqual([name, value]);
    }
    expect(lines).toEqual([
      expect.objectContaining({ level: 40, attempt: 1, topic: AT.topic }),
      expect.objectContaining({ level: 50, err: expect.objectContaining({ message: 'second' }) }),
      expect.objectContaining({ level: 50, offset: 7, key: 'lic_1', detail: 'the value is not JSON' }),
      expect.objectContaining({ level: 50, nextOffset: 9, endOffset: 5 }),
    ]);
  });
});
