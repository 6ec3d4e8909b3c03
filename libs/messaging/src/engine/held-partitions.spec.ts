import { describe, expect, it } from '@jest/globals';
import { createHeldPartitions } from './held-partitions.js';
import type { Lease } from './log-store.js';

const lease = (partition: number, fence = 1): Lease => ({ topic: 't', partition, fence });
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Readers whose last batch a test finishes by hand. */
const holding = () => {
  const started: string[] = [];
  const finish = new Map<string, () => void>();
  const lost = new Map<string, () => boolean>();
  const gone: string[] = [];
  let free = 0;
  const name = ({ partition, fence }: Lease) => `${partition}@${fence}`;
  const held = createHeldPartitions({
    startReading: (taken, isLost) => {
      started.push(name(taken));
      lost.set(name(taken), isLost);
      return { stop: () => new Promise((resolve) => finish.set(name(taken), resolve)) };
    },
    afterLast: (partition) => {
      gone.push(`${name(partition.lease)} ${partition.isLost() ? 'lost' : 'given back'}`);
      return Promise.resolve();
    },
    onGone: () => (free += 1),
  });
  const settle = (owned: Lease[], revoked: Lease[] = []) => held.settle({ expelled: false, owned, revoked });
  return { held, settle, started, finish, lost, gone, freed: () => free };
};

describe('held partitions', () => {
  it('are read from when they are owned until they are not, once each', () => {
    const { settle, started } = holding();
    settle([lease(0), lease(1)]);
    settle([lease(0), lease(1)]);
    expect(started).toEqual(['0@1', '1@1']);
  });

  it('are given back after the batch under way when they are due to another member', async () => {
    const { settle, finish, lost, gone, freed } = holding();
    settle([lease(0)]);
    expect(settle([], [lease(0)])).toEqual([]);
    expect(lost.get('0@1')?.()).toBe(false);
    await settled();
    expect(gone).toEqual([]);
    finish.get('0@1')?.();
    await settled();
    expect([gone, freed()]).toEqual([['0@1 given back'], 1]);
  });

  it('are lost at once when they belong to somebody else', async () => {
    const { settle, finish, lost, gone } = holding();
    settle([lease(0)]);
    settle([]);
    expect(lost.get('0@1')?.()).toBe(true);
    finish.get('0@1')?.();
    await settled();
    expect(gone).toEqual(['0@1 lost']);
  });

  it('that were lost and won again are read anew, after the old reader has ended', async () => {
    const { settle, finish, started, lost } = holding();
    settle([lease(0, 1)]);
    settle([lease(0, 3)]);
    expect(started).toEqual(['0@1']);
    expect(lost.get('0@1')?.()).toBe(true);
    finish.get('0@1')?.();
    await settled();
    settle([lease(0, 3)]);
    expect(started).toEqual(['0@1', '0@3']);
    expect(lost.get('0@3')?.()).toBe(false);
  });

  it('that are to be given back but are read by nobody are named', () => {
    const { settle } = holding();
    expect(settle([], [lease(4)])).toEqual([lease(4)]);
  });

  it('are all gone when emptied, each after its last batch', async () => {
    const { held, settle, finish, gone } = holding();
    settle([lease(0), lease(1)]);
    const emptied = held.empty();
    finish.get('1@1')?.();
    finish.get('0@1')?.();
    await emptied;
    expect(gone.sort()).toEqual(['0@1 given back', '1@1 given back']);
  });

  it('are all lost when the member is expelled', () => {
    const { held, settle, lost } = holding();
    settle([lease(0), lease(1)]);
    held.loseAll();
    expect([...lost.values()].map((isLost) => isLost())).toEqual([true, true]);
  });
});
