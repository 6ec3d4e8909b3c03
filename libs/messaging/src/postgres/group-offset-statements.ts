import type { Pool } from 'pg';
import type { LogStore } from '../engine/log-store.js';
import { columnsOf } from './group-columns.js';

/** How far groups have come, as hints for lag: losing the last of them in a crash of the server costs nothing. */
export const groupOffsetStatements = (pool: Pool): Pick<LogStore, 'reached' | 'groupOffsets'> => ({
  reached: async (group, offsets) => {
    await pool.query({
      name: 'event_log_reached',
      text: `WITH quiet AS (SELECT set_config('synchronous_commit', 'off', true))
        INSERT INTO event_log.log_group_offset (group_name, topic, partition, next_offset)
        SELECT l.group_name, l.topic, l.partition, r.next_offset
          FROM quiet, unnest($2::text[], $3::integer[], $4::bigint[], $5::bigint[])
            AS r (topic, partition, fence, next_offset)
          JOIN event_log.log_lease l
            ON l.group_name = $1 AND l.topic = r.topic AND l.partition = r.partition AND l.fence = r.fence
          ORDER BY l.topic, l.partition
        ON CONFLICT (group_name, topic, partition) DO UPDATE SET next_offset = excluded.next_offset`,
      values: [
        group,
        ...columnsOf(offsets),
        offsets.map(({ fence }) => fence),
        offsets.map(({ nextOffset }) => nextOffset),
      ],
    });
  },

  groupOffsets: async (group) => {
    const { rows } = await pool.query<{ topic: string; partition: number; next_offset: string }>(
      'SELECT topic, partition, next_offset FROM event_log.log_group_offset WHERE group_name = $1',
      [group],
    );
    return rows.map(({ topic, partition, next_offset }) => ({ topic, partition, nextOffset: Number(next_offset) }));
  },
});
