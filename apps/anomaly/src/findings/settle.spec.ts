import { describe, expect, it } from '@jest/globals';
import { anomalyStatuses } from '@leasehold/contracts';
import { maySettle, type Settlement } from './settle.js';

const ALLOWED = new Set([
  'open → acknowledged',
  'open → muted',
  'open → resolved',
  'acknowledged → muted',
  'acknowledged → resolved',
  'muted → resolved',
]);
const SETTLEMENTS: readonly Settlement[] = ['acknowledged', 'muted', 'resolved'];
const CASES = anomalyStatuses.flatMap((from) => SETTLEMENTS.map((to) => [from, to] as const));

describe('a finding', () => {
  it.each(CASES)('%s → %s goes forward only', (from, to) => {
    expect(maySettle(from, to)).toBe(ALLOWED.has(`${from} → ${to}`));
  });
});
