import { describe, expect, it } from '@jest/globals';
import { batchLength, encodeBatch, resultsOf } from './batch.js';

const command = (streamId: string, expectedVersion = 0, count = 1, bytes = 100) => ({
  claims: [{ streamId, expectedVersion, count }],
  events: Array.from({ length: count }, (_, index) => ({
    stream: `"${streamId}"`,
    version: expectedVersion + index + 1,
    id: '"id"',
    type: '"SeatAdded"',
    schemaVersion: 1,
    tenant: '"t"',
    at: '2026-01-01T00:00:00.000Z',
    data: `{"of":"${streamId}"}`,
    metadata: '{}',
  })),
  rows: [] as { table: string; op: string; row: string }[],
  bytes,
});

describe('batchLength', () => {
  const limits = { maxCommands: 3, maxBytes: 250 };
  const waiting = (...bytes: number[]) => bytes.map((each) => ({ command: command('s', 0, 1, each) }));

  it('is bounded by commands and by bytes, and is never 0', () => {
    expect(batchLength(waiting(1, 1, 1, 1), limits)).toBe(3);
    expect(batchLength(waiting(100, 100, 100), limits)).toBe(2);
    expect(batchLength(waiting(100, 150, 1), limits)).toBe(2);
    expect(batchLength(waiting(9_999, 1), limits)).toBe(1);
    expect(batchLength([], limits)).toBe(0);
  });
});

describe('encodeBatch', () => {
  it('numbers commands, and gives each stream one slot from 1', () => {
    const batch = encodeBatch([command('a'), command('b', 3, 2), command('"', 0), command('a', 1)]);
    expect(batch.claims).toEqual({
      commands: '{0,1,2,3}',
      slots: '{1,2,3,1}',
      streams: '{"a","b","\\"","a"}',
      expected: '{0,3,0,1}',
      counts: '{1,2,1,1}',
    });
    expect(batch.events).toMatchObject({ commands: '{0,1,1,2,3}', versions: '{1,4,5,1,2}' });
    expect(batch.writes).toBeNull();
  });

  it('puts every event into all columns, in one order', () => {
    const { events } = encodeBatch([command('a'), command('b', 3, 2)]);
    expect(events).toEqual({
      commands: '{0,1,1}',
      streams: '{"a","b","b"}',
      versions: '{1,4,5}',
      ids: '{"id","id","id"}',
      types: '{"SeatAdded","SeatAdded","SeatAdded"}',
      schemaVersions: '{1,1,1}',
      tenants: '{"t","t","t"}',
      times: '{2026-01-01T00:00:00.000Z,2026-01-01T00:00:00.000Z,2026-01-01T00:00:00.000Z}',
      data: '{"of":"a"}\n{"of":"b"}\n{"of":"b"}',
      metadata: '{}\n{}\n{}',
    });
  });

  it('has empty columns for commands without events', () => {
    expect(encodeBatch([command('a', 2, 0)]).events).toMatchObject({ commands: '{}', data: '', metadata: '' });
  });

  it('gathers rows of one table and operation, each with its command, and keeps the order within a table', () => {
    const row = (table: string, op: string, n: number) => ({ table, op, row: `{"n":${n}}` });
    const { writes } = encodeBatch([
      { ...command('a'), rows: [row('t', 'insert', 1), row('u', 'insert', 2)] },
      { ...command('b'), rows: [row('t', 'insert', 3), row('t', 'update', 4), row('u', 'insert', 5)] },
      { ...command('c'), rows: [row('t', 'insert', 6)] },
    ]);
    const run = (table: string, op: string, commands: number[], ...numbers: number[]) => ({
      ...{ table, op, commands },
      rows: numbers.map((n) => ({ n })),
    });
    expect(JSON.parse(writes ?? '')).toEqual([
      run('t', 'insert', [0, 1], 1, 3),
      run('u', 'insert', [0, 1], 2, 5),
      run('t', 'update', [1], 4),
      run('t', 'insert', [2], 6),
    ]);
  });
});

describe('resultsOf', () => {
  it('counts positions over the accepted commands only', () => {
    const commands = [command('a', 0, 2), command('b', 5), command('c', 1, 0), command('d', 2, 3)];
    const conflicts = [{ command: 1, streamId: 'b', actualVersion: 7 }];
    expect(resultsOf(commands, { head: 10, conflicts })).toEqual([
      { appended: true, version: 2, position: 12 },
      { appended: false, conflict: true, streamId: 'b', actualVersion: 7 },
      { appended: true, version: 1, position: 12 },
      { appended: true, version: 5, position: 15 },
    ]);
  });
});
