import { describe, expect, it } from '@jest/globals';
import { Counter, Histogram } from 'prom-client';
import { mergeMetrics } from './merge-metrics.js';
import { openRegistry } from './open-registry.js';

const textOf = async (service: string): Promise<string> => {
  const registry = openRegistry(service, { ofProcess: false });
  const requests = new Counter({
    name: 'requests_total',
    help: 'Requests.',
    registers: [registry],
    labelNames: ['code'],
  });
  requests.inc({ code: '200' }, 2);
  const seconds = new Histogram({ name: 'seconds', help: 'Time.', buckets: [1], registers: [registry] });
  seconds.observe(0.5);
  return registry.metrics();
};

describe('mergeMetrics', () => {
  it('keeps the samples of a family together under one HELP and one TYPE', async () => {
    const merged = mergeMetrics([await textOf('issuance'), await textOf('metering')]);
    expect(merged.split('\n').slice(0, 4)).toEqual([
      '# HELP requests_total Requests.',
      '# TYPE requests_total counter',
      expect.stringMatching(/^requests_total\{.*service="issuance".*\} 2$/),
      expect.stringMatching(/^requests_total\{.*service="metering".*\} 2$/),
    ]);
    expect(merged.match(/^# TYPE seconds histogram$/gm)).toHaveLength(1);
    expect(merged.match(/^seconds_bucket\{le="\+Inf".*\} 1$/gm)).toHaveLength(2);
    expect(merged).toMatch(/\n$/);
    expect(merged).not.toContain('\n\n');
  });

  it('keeps a family that only one text has', async () => {
    expect(mergeMetrics([await textOf('issuance'), '# HELP up Up.\n# TYPE up gauge\nup 1\n'])).toContain('\nup 1\n');
  });
});
