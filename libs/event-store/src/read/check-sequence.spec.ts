import { describe, expect, it } from '@jest/globals';
import { InvariantError } from '../errors.js';
import { checkSequence, checkStream } from './check-sequence.js';

const at = (position: number, streamId: string, version: number, epoch = 1) => ({ epoch, position, streamId, version });
const origin = { epoch: 0, position: 0 };

describe('checkSequence', () => {
  it('accepts dense positions and versions, and remembers the last versions', () => {
    const versions = new Map<string, number>();
    checkSequence(origin, [at(1, 'a', 1), at(2, 'b', 1), at(3, 'a', 2)], versions);
    expect([...versions]).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
    expect(() => checkSequence(at(3, 'a', 2), [at(4, 'a', 3)], versions)).not.toThrow();
  });

  it('accepts a stream it does not remember at any version', () => {
    expect(() => checkSequence({ epoch: 1, position: 9 }, [at(10, 'a', 5)], new Map())).not.toThrow();
  });

  it.each([
    ['the first event of all', origin, [at(2, 'a', 1)]],
    ['the event behind the cursor', { epoch: 1, position: 5 }, [at(7, 'a', 1)]],
    ['an event between two', { epoch: 1, position: 5 }, [at(6, 'a', 1), at(8, 'a', 2)]],
    ['an event, by going back', { epoch: 1, position: 5 }, [at(5, 'a', 1)]],
  ])('refuses to skip %s', (_, cursor, rows) => {
    expect(() => checkSequence(cursor, rows, new Map())).toThrow(InvariantError);
  });

  it('refuses a version that jumps or comes twice', () => {
    for (const version of [1, 3]) {
      const versions = new Map([['a', 1]]);
      expect(() => checkSequence({ epoch: 1, position: 5 }, [at(6, 'a', version)], versions)).toThrow(InvariantError);
    }
  });

  it('lets a new epoch start at lower positions and versions than were seen', () => {
    const versions = new Map([['a', 9]]);
    checkSequence({ epoch: 1, position: 50 }, [at(41, 'a', 7, 2), at(42, 'a', 8, 2)], versions);
    expect([...versions]).toEqual([['a', 8]]);
  });

  it('refuses a hole within a new epoch', () => {
    const rows = [at(41, 'a', 7, 2), at(43, 'b', 1, 2)];
    expect(() => checkSequence({ epoch: 1, position: 50 }, rows, new Map())).toThrow(InvariantError);
  });
});

describe('checkStream', () => {
  it('accepts nothing, and versions without holes from the first asked for', () => {
    expect(() => checkStream(3, [])).not.toThrow();
    expect(() => checkStream(3, [at(10, 'a', 3), at(20, 'a', 4)])).not.toThrow();
  });

  it('refuses a missing first version and a hole', () => {
    expect(() => checkStream(1, [at(10, 'a', 2)])).toThrow('version 2 of a follows 0');
    expect(() => checkStream(1, [at(10, 'a', 1), at(11, 'a', 3)])).toThrow('version 3 of a follows 1');
  });
});
