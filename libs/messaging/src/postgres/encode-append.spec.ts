import { describe, expect, it } from '@jest/globals';
import type { NewRecord } from '../event-log.js';
import { encodeAppend } from './encode-append.js';

const record = (partition: number, key: string, value: string | null): NewRecord => ({
  topic: 't',
  partition,
  key,
  headers: { k: key },
  value: value === null ? null : Buffer.from(value),
});

describe('encoding an append', () => {
  it('numbers records within their partition and points them at it, in the order of the call', () => {
    const { partitions, parameters } = encodeAppend([
      record(2, 'a', 'xx'),
      record(0, 'b', null),
      record(2, 'c', 'yyy'),
    ]);
    expect(partitions).toEqual([
      { topic: 't', partition: 2, count: 2 },
      { topic: 't', partition: 0, count: 1 },
    ]);
    expect(parameters).toEqual([
      ['t', 't'],
      '{2,0}',
      '{2,1}',
      '{1,2,1}',
      '{0,0,1}',
      ['a', 'b', 'c'],
      ['{"k":"a"}', '{"k":"b"}', '{"k":"c"}'],
      '{0,2,2}',
      '{2,-1,3}',
      Buffer.from('xxyyy'),
    ]);
  });

  it('tells an empty value from a tombstone', () => {
    expect(encodeAppend([record(0, 'a', ''), record(0, 'b', null)]).parameters[8]).toBe('{0,-1}');
  });
});
