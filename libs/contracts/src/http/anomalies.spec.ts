import { describe, expect, test } from '@jest/globals';
import type { z } from 'zod';
import { anomalyRoutes } from './anomalies.js';

const reads = (schema: z.ZodType, sent: unknown): unknown => {
  const parsed = schema.safeParse(sent);
  return parsed.success ? parsed.data : 'refused';
};

describe('the anomalies that are asked for', () => {
  const query = (sent: object): unknown => reads(anomalyRoutes.listAnomalies.query, sent);

  test.each([
    { rule: 'domain_mismatch' },
    { rule: 'burst_requests' },
    { status: 'open' },
    { status: 'acknowledged' },
    { status: 'resolved' },
    { status: 'muted' },
    { severity: 'info' },
    { severity: 'warning' },
    { severity: 'critical' },
  ])('may be those of %j', (sent) => {
    expect(query(sent)).toEqual({ limit: 20, ...sent });
  });

  test.each([{ rule: 'geo' }, { status: 'closed' }, { severity: 'high' }, { licenseId: 'lic_1' }])(
    'are never those of %j',
    (sent) => {
      expect(query(sent)).toBe('refused');
    },
  );
});
