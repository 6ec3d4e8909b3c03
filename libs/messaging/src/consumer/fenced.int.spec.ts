import { describe, expect, it } from '@jest/globals';
import type { PoolClient } from 'pg';
import { batchOf, consumerDatabase, GROUP } from '../../test/consumer-database.js';
import type { LogRecord } from '../event-log.js';
import { fenced } from './fenced.js';

describe('fenced', () => {
  const database = consumerDatabase();
  const effect = async (transaction: PoolClient, records: readonly LogRecord[]): Promise<number> => {
    for (const { offset } of records) await transaction.query('INSERT INTO effect (label) VALUES ($1)', [offset]);
    return records.length;
  };
  const run = (labels: string[], firstOffset: number) =>
    fenced(database.pool, batchOf(labels, firstOffset), GROUP, effect);

  it('makes effects and offset durable together', async () => {
    expect(await run(['a', 'b'], 0)).toEqual({ done: 2 });
    expect(await run(['c'], 2)).toEqual({ done: 1 });
    expect(await database.effects()).toEqual(['0', '1', '2']);
    expect(await database.nextOffset()).toBe(3);
  });

  it('leaves neither effects nor offset when the work fails', async () => {
    const broken = fenced(database.pool, batchOf(['a']), GROUP, async (transaction, records) => {
      await effect(transaction, records);
      throw new Error('half done');
    });
    await expect(broken).rejects.toThrow('half done');
    expect(await database.effects()).toEqual([]);
    expect(await database.nextOffset()).toBe(0);
  });

  it('does nothing for a batch that was handled before', async () => {
    await run(['a', 'b'], 0);
    expect(await run(['a', 'b'], 0)).toEqual({ repeated: true });
    expect(await run(['a'], 0)).toEqual({ repeated: true });
    expect(await database.effects()).toEqual(['0', '1']);
    expect(await database.nextOffset()).toBe(2);
  });

  it('gives the work only what is new of a batch that begins below the stored offset', async () => {
    await run(['a', 'b'], 0);
    expect(await run(['b', 'c', 'd'], 1)).toEqual({ done: 2 });
    expect(await database.effects()).toEqual(['0', '1', '2', '3']);
    expect(await database.nextOffset()).toBe(4);
  });

  it('takes a batch behind a gap, as compaction leaves them', async () => {
    await run(['a'], 0);
    expect(await run(['b'], 7)).toEqual({ done: 1 });
    expect(await database.nextOffset()).toBe(8);
  });

  it('lets one of two members win when both handle the same batch at once', async () => {
    const results = await Promise.all(Array.from({ length: 8 }, () => run(['a', 'b'], 0)));
    expect(results.filter((result) => 'done' in result)).toHaveLength(1);
    expect(await database.effects()).toEqual(['0', '1']);
  });

  it('holds a zombie back until the owner is done, and then has nothing for it to do', async () => {
    let owned = (): void => undefined;
    const ownerIsIn = new Promise<void>((resolve) => (owned = resolve));
    let finish = (): void => undefined;
    const ownerMayEnd = new Promise<void>((resolve) => (finish = resolve));
    const owner = fenced(database.pool, batchOf(['a']), GROUP, async (transaction, records) => {
      owned();
      await ownerMayEnd;
      return effect(transaction, records);
    });
    await ownerIsIn;
    const zombie = run(['a'], 0);
    finish();
    expect(await Promise.all([owner, zombie])).toEqual([{ done: 1 }, { repeated: true }]);
  });

  it('keeps the offsets of groups and partitions apart', async () => {
    await run(['a'], 0);
    await fenced(database.pool, batchOf(['a']), 'another', effect);
    await fenced(database.pool, { ...batchOf(['a']), partition: 3 }, GROUP, effect);
    expect(await database.effects()).toHaveLength(3);
    expect(await database.nextOffset(3)).toBe(1);
  });
});
