import { describe, expect, it } from '@jest/globals';
import type { NewRecord } from '../event-log.js';
import { createTopicCheck } from './topic-check.js';

const record = (more: Partial<NewRecord> = {}): NewRecord => ({
  topic: 't',
  partition: 0,
  key: 'k',
  headers: {},
  value: null,
  ...more,
});

describe('checking records before an append', () => {
  const check = createTopicCheck();
  check.learn([{ name: 't', partitions: 2, cleanup: 'delete', retentionMs: null }]);

  it('knows the topics it was told of', () => {
    expect(check.knows([record()])).toBe(true);
    expect(check.knows([record(), record({ topic: 'u' })])).toBe(false);
  });

  it('passes what can be stored', () => {
    expect(() => check.refuseUnfit([record(), record({ partition: 1, key: '' })])).not.toThrow();
  });

  it.each([
    ['an unknown topic', { topic: 'u' }, 'no topic u'],
    ['a partition beyond the last', { partition: 2 }, 'not partition 2'],
    ['a negative partition', { partition: -1 }, 'not partition -1'],
    ['half a partition', { partition: 0.5 }, 'not partition 0.5'],
    ['no partition number', { partition: NaN }, 'not partition NaN'],
    ['a key with a NUL', { key: 'a\0' }, 'NUL'],
  ])('refuses %s', (_name, more, sentence) => {
    expect(() => check.refuseUnfit([record(), record(more)])).toThrow(sentence);
  });
});
