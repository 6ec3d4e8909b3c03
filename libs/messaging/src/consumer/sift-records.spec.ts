import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LogRecord } from '../event-log.js';
import type { Decode } from './consume.js';
import { siftRecords } from './sift-records.js';

const recordsOf = (labels: readonly string[]): LogRecord[] =>
  labels.map((label, offset) => ({
    topic: 't',
    partition: 0,
    offset,
    key: label.slice(0, 1),
    headers: {},
    value: Buffer.from(label),
    timestamp: 0,
  }));
const decode: Decode<string> = ({ value }) => {
  const label = Buffer.from(value ?? []).toString();
  if (label.endsWith('!')) throw new SyntaxError('broken bytes');
  return label.endsWith('?') ? { unreadable: 'unknown type' } : { ok: label };
};
const sift = (labels: readonly string[], parked: readonly string[] = []) => {
  const { readable, failed, waiting } = siftRecords(recordsOf(labels), decode, new Set(parked));
  return {
    readable: readable.map(({ event }) => event),
    failed: failed.map(({ record, detail }) => `${record.offset} ${detail}`),
    waiting: waiting.map(({ offset }) => offset),
  };
};

describe('sifting records', () => {
  it('passes what can be read, in order', () => {
    expect(sift(['a1', 'b1', 'a2'])).toEqual({ readable: ['a1', 'b1', 'a2'], failed: [], waiting: [] });
  });

  it('lets records of a parked key wait, readable or not', () => {
    expect(sift(['a1', 'b1', 'a?'], ['a'])).toEqual({ readable: ['b1'], failed: [], waiting: [0, 2] });
  });

  it('lets records wait behind an unreadable one of their key, but passes those before it', () => {
    expect(sift(['a1', 'a?', 'a2', 'b1'])).toEqual({
      readable: ['a1', 'b1'],
      failed: ['1 unknown type'],
      waiting: [2],
    });
  });

  it('takes a decoder that throws for one that could not read', () => {
    expect(sift(['a!', 'b1'])).toEqual({ readable: ['b1'], failed: ['0 SyntaxError: broken bytes'], waiting: [] });
  });

  it('puts every record in exactly one place, and none of a key behind one that did not pass', () => {
    const label = fc
      .tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '?', '!'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(label), fc.subarray(['a', 'b', 'c']), (labels, parked) => {
        const records = recordsOf(labels);
        const { readable, failed, waiting } = siftRecords(records, decode, new Set(parked));
        const passed = readable.map(({ record }) => record);
        const held = [...failed.map(({ record }) => record), ...waiting];
        const offsets = [...passed, ...held].map(({ offset }) => offset).sort((a, b) => a - b);
        expect(offsets).toEqual(records.map(({ offset }) => offset));
        for (const { key, offset } of held) {
          expect(passed.some((later) => later.key === key && later.offset > offset)).toBe(false);
        }
      }),
    );
  });
});
