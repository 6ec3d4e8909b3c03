import { describe, expect, it } from '@jest/globals';
import { decodeEvent, TOPICS } from '@leasehold/contracts';
import { partitionOf } from '@leasehold/messaging';
import { aContext, T0, TENANT } from '../../test/licenses.js';
import type { UsageFact } from './facts-of-period.js';
import { balanceRecord, factRecord } from './usage-records.js';

const clock = { now: () => T0 + 5 };
const context = aContext();
const { licenseId } = context;
const period = {
  licenseId,
  meter: 'apiCalls',
  start: T0,
  end: T0 + 10,
  used: 8,
  threshold: 0,
  exceeded: false,
  refused: true,
};
const record = (fact: UsageFact, changes: Partial<typeof period> = {}) =>
  factRecord({ context, period: { ...period, ...changes }, fact, limit: 10 }, { clock });
const read = (of: ReturnType<typeof record>) => {
  const decoded = decodeEvent(of);
  if ('unreadable' in decoded) throw new Error(decoded.unreadable);
  return decoded.event;
};
const idOf = (of: ReturnType<typeof record>): string => read(of).id;

describe('facts', () => {
  it('go to the partition of their license, in order with its other facts', () => {
    const told = record({ kind: 'threshold', threshold: 80 });
    expect(told).toMatchObject({
      topic: TOPICS.usage.name,
      key: licenseId,
      partition: partitionOf(licenseId, TOPICS.usage.partitions),
    });
    expect(read(told)).toMatchObject({
      type: 'leasehold.usage.threshold_reached.v1',
      subject: licenseId,
      tenant: TENANT,
      time: T0 + 5,
      data: { meter: 'apiCalls', used: 8, limit: 10, threshold: 80, periodStart: T0, resetsAt: T0 + 10 },
    });
    expect(read(record({ kind: 'exceeded' })).type).toBe('leasehold.usage.exceeded.v1');
  });

  it('have an id that is theirs for ever, a UUIDv7 of their period', () => {
    const id = idOf(record({ kind: 'exceeded' }));
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(T0);
    expect(idOf(record({ kind: 'exceeded' }, { used: 9 }))).toBe(id);
  });

  it('that differ in anything have different ids', () => {
    const ids = [
      record({ kind: 'exceeded' }),
      record({ kind: 'threshold', threshold: 80 }),
      record({ kind: 'threshold', threshold: 100 }),
      record({ kind: 'exceeded' }, { meter: 'exports' }),
      record({ kind: 'exceeded' }, { start: T0 + 1 }),
      record({ kind: 'exceeded' }, { licenseId: 'lic_another' }),
    ].map(idOf);
    expect(new Set(ids).size).toBe(5);
  });
});

it('a balance takes the place of the one before it: its key is the license and the meter', () => {
  const balance = {
    license: licenseId,
    tenant: TENANT,
    meter: 'apiCalls',
    used: 3,
    limit: 10,
    periodStart: T0,
    periodEnd: T0 + 10,
    acked: { boot: 7 },
  };
  const told = balanceRecord(balance, { clock, random: (size) => new Uint8Array(size) });
  expect(told).toMatchObject({
    topic: TOPICS.usageBalances.name,
    key: `${licenseId}/apiCalls`,
    partition: partitionOf(licenseId, TOPICS.usageBalances.partitions),
  });
  expect(read(told).data).toEqual(balance);
});
