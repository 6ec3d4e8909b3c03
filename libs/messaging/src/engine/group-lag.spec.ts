import { describe, expect, it } from '@jest/globals';
import { groupLag } from './group-lag.js';

describe('the lag of a group', () => {
  const store = {
    ends: () =>
      Promise.resolve([
        { topic: 't', partition: 0, endOffset: 10 },
        { topic: 't', partition: 1, endOffset: 4 },
        { topic: 'other', partition: 0, endOffset: 99 },
      ]),
    groupOffsets: (group: string) =>
      Promise.resolve(group === 'g' ? [{ topic: 't', partition: 0, nextOffset: 7 }] : []),
  };
  const topic = { name: 't', partitions: 3, cleanup: 'delete', retentionMs: null } as const;

  it('has a row for each partition of the asked topics, also where nothing is', async () => {
    expect(await groupLag(store, 'g', [topic])).toEqual([
      { topic: 't', partition: 0, endOffset: 10, nextOffset: 7, lag: 3 },
      { topic: 't', partition: 1, endOffset: 4, nextOffset: 0, lag: 4 },
      { topic: 't', partition: 2, endOffset: 0, nextOffset: 0, lag: 0 },
    ]);
  });

  it('counts everything for a group that has never reported', async () => {
    expect((await groupLag(store, 'new', [topic])).map(({ lag }) => lag)).toEqual([10, 4, 0]);
  });

  it('is never negative, as after a lost tail', async () => {
    const lost = { ...store, ends: () => Promise.resolve([{ topic: 't', partition: 0, endOffset: 2 }]) };
    expect((await groupLag(lost, 'g', [topic]))[0]).toMatchObject({ endOffset: 2, nextOffset: 7, lag: 0 });
  });
});
