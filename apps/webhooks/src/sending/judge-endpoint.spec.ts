import { describe, expect, it } from '@jest/globals';
import { judgeEndpoint } from './judge-endpoint.js';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-03-10T00:00:00Z');
const judge = (sinceHours: number | null, lastHours: number | null) =>
  judgeEndpoint(
    {
      failingSince: sinceHours === null ? null : NOW - sinceHours * HOUR,
      lastFailureAt: lastHours === null ? null : NOW - lastHours * HOUR,
    },
    NOW,
  );

describe('judgeEndpoint', () => {
  it('begins to count with the first failure', () => {
    expect(judge(null, null)).toEqual({ failingSince: NOW, isLost: false });
  });

  it('keeps the beginning while failures go on', () => {
    expect(judge(100, 20)).toEqual({ failingSince: NOW - 100 * HOUR, isLost: false });
  });

  it('gives an endpoint up after five days of failure, not a moment before', () => {
    expect(judge(120, 24).isLost).toBe(true);
    expect(judge(119.999, 24).isLost).toBe(false);
  });

  it('does not give up on one failure long after another', () => {
    expect(judge(500, 400)).toEqual({ failingSince: NOW, isLost: false });
    expect(judge(500, 36.001).isLost).toBe(false);
    expect(judge(500, 36).isLost).toBe(true);
  });
});
