import { beforeEach, describe, expect, it } from '@jest/globals';
import type { PoolClient } from 'pg';
import { batchOf, consumerDatabase, decodeLabel, GROUP } from '../../test/consumer-database.js';
import { FatalConsumerError } from '../fatal-consumer-error.js';
import type { ConsumerHooks, HandleEvents } from './consume.js';
import { createConsumer, RETRY_DELAYS_MS } from './create-consumer.js';
import { listParked } from './parked-records.js';

describe('the consumer chain', () => {
  const database = consumerDatabase();
  let told: string[];
  let calls: string[][];
  beforeEach(() => {
    told = [];
    calls = [];
  });

  const hooks: ConsumerHooks = {
    handled: ({ records }) => told.push(`handled ${records}`),
    failed: () => told.push('failed'),
    retried: ({ attempt, delayMs }) => told.push(`retried ${attempt} after ${delayMs}`),
    parked: ({ record, reason }) => told.push(`parked ${record.offset} ${reason}`),
    waiting: ({ records }) => told.push(`waiting ${records}`),
  };

  const write = async (transaction: PoolClient, labels: readonly string[]): Promise<void> => {
    for (const label of labels) await transaction.query('INSERT INTO effect (label) VALUES ($1)', [label]);
  };
  /** Writes the effects of a call, then throws what `fail` answers for it. */
  const chain = (
    fail: (labels: readonly string[], call: number) => Error | undefined,
    more: { retryDelaysMs?: readonly number[]; stopping?: AbortSignal } = {},
  ) => {
    const handle: HandleEvents<string> = async (labels, _batch, transaction) => {
      calls.push([...labels]);
      await write(transaction, labels);
      const error = fail(labels, calls.length);
      if (error !== undefined) throw error;
    };
    return createConsumer({
      group: GROUP,
      pool: database.pool,
      decode: decodeLabel,
      handle,
      hooks,
      trace: (_batch, run) => run(),
      retryDelaysMs: [1, 2, 3],
      stopping: new AbortController().signal,
      monotonic: () => 0,
      ...more,
    });
  };
  const never = () => undefined;
  const poison = (labels: readonly string[]) =>
    labels.some((label) => label.includes('poison')) ? new Error('poison') : undefined;
  const parked = async () =>
    (await listParked(database.pool, { group: GROUP })).map(({ record, state }) => `${record.offset} ${state}`);

  it('waits 100 ms, 1 s and 5 s between its tries', () => {
    expect(RETRY_DELAYS_MS).toEqual([100, 1_000, 5_000]);
  });

  it('gives a whole batch to the handler in one call', async () => {
    await chain(never)(batchOf(['a:1', 'b:1', 'a:2']));
    expect(calls).toEqual([['a:1', 'b:1', 'a:2']]);
    expect(await database.nextOffset()).toBe(3);
    expect(told).toEqual(['handled 3']);
  });

  it('counts a batch once that succeeds at the third try', async () => {
    await chain((_labels, call) => (call < 3 ? new TypeError('not yet') : undefined))(batchOf(['a:1', 'b:1']));
    expect(await database.effects()).toEqual(['a:1', 'b:1']);
    expect(told).toEqual(['retried 1 after 1', 'retried 2 after 2', 'handled 2']);
  });

  it('parks the poison alone, lets its key wait and handles the other keys', async () => {
    await chain(poison)(batchOf(['a:1', 'b:poison', 'a:2', 'b:2', 'c:1']));
    expect(await database.effects()).toEqual(['a:1', 'a:2', 'c:1']);
    expect(await parked()).toEqual(['1 failed', '3 waiting']);
    expect(await database.nextOffset()).toBe(5);
    expect(told.slice(-3)).toEqual(['handled 3', 'parked 1 handler', 'waiting 1']);
  });

  it('tries a batch four times as a whole before it looks for the bad record', async () => {
    await chain(poison)(batchOf(['a:1', 'b:poison']));
    expect(calls).toEqual([...Array.from({ length: 4 }, () => ['a:1', 'b:poison']), ['a:1'], ['b:poison']]);
  });

  it('lets later batches of a parked key wait, without a try', async () => {
    const consume = chain(poison);
    await consume(batchOf(['b:poison']));
    calls = [];
    await consume(batchOf(['b:2', 'a:1'], 1));
    expect(calls).toEqual([['a:1']]);
    expect(await parked()).toEqual(['0 failed', '1 waiting']);
  });

  it('does not park the same key in another partition', async () => {
    const consume = chain(poison);
    await consume(batchOf(['b:poison']));
    await consume({ ...batchOf(['b:2']), partition: 1 });
    expect(await database.effects()).toEqual(['b:2']);
  });

  it('parks what cannot be read at once, and hands the rest to the handler', async () => {
    await chain(never)(batchOf(['a:1', 'b:unreadable', 'b:2', 'c:1']));
    expect(calls).toEqual([['a:1', 'c:1']]);
    expect(await parked()).toEqual(['1 failed', '2 waiting']);
    expect(told).toEqual(['handled 2', 'parked 1 unreadable', 'waiting 1']);
  });

  it('goes on past a batch of which nothing can be read', async () => {
    await chain(never)(batchOf(['a:unreadable', 'b:unreadable']));
    expect(calls).toEqual([]);
    expect(await database.nextOffset()).toBe(2);
  });

  it('finds the record whose statement broke the transaction', async () => {
    const consume = createConsumer<string>({
      group: GROUP,
      pool: database.pool,
      decode: decodeLabel,
      handle: async (labels, _batch, transaction) => {
        await write(transaction, labels);
        if (labels.includes('b:bad')) await transaction.query('SELECT 1 / 0');
      },
      hooks,
      trace: (_batch, run) => run(),
      retryDelaysMs: [],
      stopping: new AbortController().signal,
      monotonic: () => 0,
    });
    await consume(batchOf(['a:1', 'b:bad', 'c:1']));
    expect(await database.effects()).toEqual(['a:1', 'c:1']);
    expect((await listParked(database.pool, { group: GROUP }))[0]?.detail).toContain('division by zero');
  });

  it('keeps a parked record as it came: key, headers, bytes, time', async () => {
    const batch = batchOf(['b:poison']);
    await chain(() => new Error('no\0good'))(batch);
    const [found] = await listParked(database.pool, { group: GROUP });
    expect(found?.record).toEqual(batch.records[0]);
    expect(found?.detail).toBe('Error: no good');
  });

  it('never parks a record because the database or a host is away', async () => {
    const away = Object.assign(new Error('terminating connection'), { code: '57P01' });
    await expect(chain(() => away)(batchOf(['a:1']))).rejects.toThrow('terminating');
    expect(await parked()).toEqual([]);
    expect(await database.nextOffset()).toBe(0);
    expect(told.at(-1)).toBe('failed');
  });

  it('does not park when the database goes away while it looks for the bad record', async () => {
    const away = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    const consume = chain((labels) => (labels.length > 1 ? new Error('bad') : away));
    await expect(consume(batchOf(['a:1', 'b:1']))).rejects.toThrow('reset');
    expect(await parked()).toEqual([]);
    expect(await database.effects()).toEqual([]);
  });

  it('neither retries nor parks when the handler says it cannot go on', async () => {
    await expect(chain(() => new FatalConsumerError('over'))(batchOf(['a:1']))).rejects.toThrow(FatalConsumerError);
    expect(calls).toHaveLength(1);
    expect(await parked()).toEqual([]);
  });

  it('stops trying once the partition belongs to somebody else', async () => {
    let stale = false;
    const consume = chain(() => {
      stale = true;
      return new Error('slow');
    });
    await expect(consume(batchOf(['a:1'], 0, { isStale: () => stale }))).rejects.toThrow('slow');
    expect(calls).toHaveLength(1);
    expect(await parked()).toEqual([]);
  });

  it('does not wait out a retry when it is told to stop, and parks nothing', async () => {
    const stopping = new AbortController();
    const consume = chain(
      () => {
        queueMicrotask(() => stopping.abort());
        return new Error('later');
      },
      { retryDelaysMs: [3_600_000], stopping: stopping.signal },
    );
    await expect(consume(batchOf(['a:1']))).rejects.toThrow('later');
    expect(await parked()).toEqual([]);
  });

  it('does nothing for a batch it has handled', async () => {
    const consume = chain(never);
    await consume(batchOf(['a:1']));
    await consume(batchOf(['a:1']));
    expect(await database.effects()).toEqual(['a:1']);
    expect(told).toEqual(['handled 1', 'handled 0']);
  });
});
