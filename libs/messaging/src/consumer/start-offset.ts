import type { Pool } from 'pg';
import type { EventLog, Topic } from '../event-log.js';
import type { ConsumerHooks } from './consume.js';

const storedOffset = async (pool: Pool, group: string, topic: string, partition: number): Promise<number> => {
  const { rows } = await pool.query<{ next_offset: string }>(
    'SELECT next_offset FROM consumer_offset WHERE group_name = $1 AND topic = $2 AND partition = $3',
    [group, topic, partition],
  );
  return Number(rows[0]?.next_offset ?? 0);
};

/**
 * Where a group goes on: at its stored offset, and never beyond the end of the log. A log that ends below has lost
 * its tail (say, after a restore): that is an alarm, and the group goes on from the end.
 */
export const startOffset = async (
  { pool, log, group, hooks }: { pool: Pool; log: Pick<EventLog, 'lag'>; group: string; hooks: ConsumerHooks },
  topic: Topic,
  partition: number,
): Promise<number> => {
  const nextOffset = await storedOffset(pool, group, topic.name, partition);
  if (nextOffset === 0) return 0;
  const endOffset = (await log.lag(group, [topic])).find((lag) => lag.partition === partition)?.endOffset ?? 0;
  if (nextOffset <= endOffset) return nextOffset;
  hooks.lostTail?.({ group, topic: topic.name, partition, nextOffset, endOffset });
  await pool.query(
    `UPDATE consumer_offset SET next_offset = $4
     WHERE group_name = $1 AND topic = $2 AND partition = $3 AND next_offset = $5`,
    [group, topic.name, partition, endOffset, nextOffset],
  );
  return endOffset;
};
