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
});
