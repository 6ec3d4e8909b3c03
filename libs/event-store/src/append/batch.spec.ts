import { describe, expect, it } from '@jest/globals';
import { batchLength, encodeBatch, resultsOf } from './batch.js';

const command = (streamId: string, expectedVersion = 0, count = 1, bytes = 100) => ({
  claims: [{ streamId, expectedVersion, count }],
  eventTails: Array.from({ length: count }, () => `"stream":${JSON.stringify(streamId)}}`),
  rowTails: [] as string[],
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
    const { claims, entries, writes } = encodeBatch([command('a'), command('b', 3, 2), command('a', 1)]);
    expect(JSON.parse(claims)).toEqual([
      { command: 0, slot: 1, stream: 'a', expected: 0, count: 1 },
      { command: 1, slot: 2, stream: 'b', expected: 3, count: 2 },
      { command: 2, slot: 1, stream: 'a', expected: 1, count: 1 },
    ]);
    expect((JSON.parse(entries) as { command: number }[]).map((entry) => entry.command)).toEqual([0, 1, 1, 2]);
    expect(writes).toBeNull();
  });

  it('numbers rows too', () => {
    const { writes } = encodeBatch([command('a'), { ...command('b'), rowTails: ['"table":"t"}'] }]);
    expect(JSON.parse(writes ?? '')).toEqual([{ command: 1, table: 't' }]);
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
