import { describe, expect, it } from '@jest/globals';
import type { StoredRow } from '../types.js';
import { canonicalBytes, FIRST_HEAD, firstBrokenSeal, nextSeal, sealRows, type SealHead } from './seal.js';

const row = (position: number, more: Partial<StoredRow> = {}): StoredRow => ({
  epoch: 1,
  position,
  id: '0190a0a0-0000-7000-8000-000000000001',
  streamId: 'license-1',
  version: position,
  type: 'LicenseIssued',
  schemaVersion: 1,
  tenantId: 'tenant-1',
  data: '{"a": 1}',
  metadata: '{}',
  occurredAt: new Date('2026-01-01T00:00:00Z'),
  ...more,
});

describe('canonicalBytes', () => {
  it('are fixed for ever: a change would break every chain in the field', () => {
    expect(canonicalBytes(row(7)).toString()).toBe(
      '["event-seal-v1",1,7,"license-1",7,"0190a0a0-0000-7000-8000-000000000001","LicenseIssued",1,"tenant-1",' +
        '"2026-01-01T00:00:00.000Z","{\\"a\\": 1}","{}"]',
    );
  });

  it('differ when any column does', () => {
    const changes: Partial<StoredRow>[] = [
      { epoch: 2 },
      { position: 8 },
      { id: '0190a0a0-0000-7000-8000-000000000002' },
      { streamId: 'license-2' },
      { version: 8 },
      { type: 'LicenseRevoked' },
      { schemaVersion: 2 },
      { tenantId: 'tenant-2' },
      { data: '{"a":1}' },
      { metadata: '[]' },
      { occurredAt: new Date('2026-01-01T00:00:00.001Z') },
    ];
    const all = [row(7), ...changes.map((change) => row(7, change))].map((each) => canonicalBytes(each).toString());
    expect(new Set(all).size).toBe(Object.keys(row(7)).length + 1);
  });
});

describe('sealing', () => {
  it('has a known first hash', () => {
    expect(nextSeal(FIRST_HEAD, row(1)).hash.toString('hex')).toBe(
      'c7c964a6eb2e855d67a09a9a11ab833e73fcb055b8382b59a9d8c79cf7068d77',
    );
  });

  it('goes on from the head of each tenant, whatever the batches', () => {
    const rows = [row(1), row(2, { tenantId: 'b' }), row(3), row(4), row(5, { tenantId: 'b' })];
    const whole = sealRows(rows, new Map());
    const heads = new Map<string, SealHead>();
    const parts = [...sealRows(rows.slice(0, 2), heads), ...sealRows(rows.slice(2), heads)];
    expect(parts).toEqual(whole);
    expect(whole.map(({ tenantId, n, position }) => [tenantId, n, position])).toEqual([
      ['tenant-1', 1, 1],
      ['b', 1, 2],
      ['tenant-1', 2, 3],
      ['tenant-1', 3, 4],
      ['b', 2, 5],
    ]);
  });
});

describe('firstBrokenSeal', () => {
  const rows = [row(1), row(2), row(3), row(4)];
  const seals = sealRows(rows, new Map());
  const [first, second, third, fourth] = rows as [StoredRow, StoredRow, StoredRow, StoredRow];

  it('finds nothing in a whole chain, with events that are not sealed yet', () => {
    expect(firstBrokenSeal(rows, seals)).toBeUndefined();
    expect(firstBrokenSeal([...rows, row(5)], seals)).toBeUndefined();
    expect(firstBrokenSeal([], [])).toBeUndefined();
  });

  it.each([
    ['an edit', [first, { ...second, data: '{}' }, third, fourth], 2],
    ['a deletion', [first, third, fourth], 2],
    ['a reorder', [first, third, second, fourth], 2],
    ['an insertion', [first, row(9), second, third, fourth], 2],
    ['a cut tail', [first, second], 3],
  ])('finds %s', (_, tampered, n) => {
    expect(firstBrokenSeal(tampered, seals)).toBe(n);
  });

  it('finds seals computed anew over an edited event, if one old seal is left', () => {
    const edited = [first, { ...second, data: '{}' }, third, fourth];
    const anew = sealRows(edited, new Map());
    expect(firstBrokenSeal(edited, [...anew.slice(0, 3), ...seals.slice(3)])).toBe(4);
  });
});
