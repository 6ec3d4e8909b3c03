import { describe, expect, it } from '@jest/globals';
import { consumerDatabase, GROUP, TOPIC } from '../../test/consumer-database.js';
import { startOffset } from './start-offset.js';

describe('where a group starts', () => {
  const database = consumerDatabase();
  const store = (nextOffset: number) =>
    database.pool.query('INSERT INTO consumer_offset VALUES ($1, $2, 0, $3)', [GROUP, TOPIC.name, nextOffset]);
  /** Asks at a log whose partition 0 ends at `endOffset`. */
  const ask = async (endOffset: number) => {
    const alarms: unknown[] = [];
    const at = { topic: TOPIC.name, nextOffset: 0, lag: 0 };
    const log = {
      lag: () =>
        Promise.resolve([
          { ...at, partition: 1, endOffset: 999 },
          { ...at, partition: 0, endOffset },
        ]),
    };
    const hooks = { lostTail: (alarm: unknown) => alarms.push(alarm) };
    return { start: await startOffset({ pool: database.pool, log, group: GROUP, hooks }, TOPIC, 0), alarms };
  };

  it('is 0 when it has handled nothing', async () => {
    expect(await ask(5)).toEqual({ start: 0, alarms: [] });
  });

  it('is its own stored offset, also when that is the end', async () => {
    await store(5);
    expect(await ask(9)).toEqual({ start: 5, alarms: [] });
    expect(await ask(5)).toEqual({ start: 5, alarms: [] });
  });

  it('is the end of a log that has lost its tail, with an alarm, and is stored so', async () => {
    await store(9);
    const { start, alarms } = await ask(4);
    expect(start).toBe(4);
    expect(alarms).toEqual([{ group: GROUP, topic: TOPIC.name, partition: 0, nextOffset: 9, endOffset: 4 }]);
    expect(await database.nextOffset()).toBe(4);
  });
});
