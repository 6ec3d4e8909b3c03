import { describe, expect, it } from '@jest/globals';
import { mergeReadiness } from './merge-readiness.js';

const up = { ready: true, report: { status: 'ok', details: { database: { status: 'up' } } } } as const;
const down = { ready: false, report: { status: 'error', details: { database: { status: 'down' } } } } as const;

describe('mergeReadiness', () => {
  it('is ready when every service is', () => {
    expect(
      mergeReadiness([
        ['issuance', up],
        ['metering', up],
      ]),
    ).toEqual({
      ready: true,
      report: {
        status: 'ok',
        details: { 'issuance.database': { status: 'up' }, 'metering.database': { status: 'up' } },
      },
    });
  });

  it('is not ready when one service is not, and says which', () => {
    expect(
      mergeReadiness([
        ['issuance', up],
        ['metering', down],
      ]),
    ).toEqual({
      ready: false,
      report: {
        status: 'error',
        details: { 'issuance.database': { status: 'up' }, 'metering.database': { status: 'down' } },
      },
    });
  });

  it('has the status of the first service that is not ready, also when that one is ready no more', () => {
    const stopping = { ready: false, report: { status: 'shutting_down', details: {} } } as const;
    const statusOf = (...parts: Parameters<typeof mergeReadiness>[0]): string => mergeReadiness(parts).report.status;
    expect(statusOf(['issuance', up], ['metering', stopping], ['anomaly', down])).toBe('shutting_down');
    expect(statusOf(['issuance', down], ['metering', stopping])).toBe('error');
  });

  it('keeps apart checks of one name, and is ready where there is nothing to check', () => {
    const two = {
      ready: true,
      report: { status: 'ok', details: { log: { status: 'up' }, table: { status: 'up' } } },
    } as const;
    const { details } = mergeReadiness([
      ['issuance', two],
      ['anomaly', two],
    ]).report;
    expect(Object.keys(details)).toEqual(['issuance.log', 'issuance.table', 'anomaly.log', 'anomaly.table']);
    expect(mergeReadiness([])).toEqual({ ready: true, report: { status: 'ok', details: {} } });
  });
});
