import type { Pool } from 'pg';
import { assignPartitions } from '../engine/assign-partitions.js';
import type { LogStore } from '../engine/log-store.js';
import { inTransaction } from '../in-transaction.js';

type GroupStatements = Pick<
  LogStore,
  'join' | 'heartbeat' | 'assign' | 'release' | 'leave' | 'reached' | 'groupOffsets'
>;

interface PartitionRow {
  readonly topic: string;
  readonly partition: number;
}

const columns = (ids: readonly PartitionRow[]) => [
  ids.map(({ topic }) => topic),
  ids.map(({ partition }) => partition),
];

/**
 * Members, leases and reached offsets. The group's row is the lock for changes of who reads what; its epoch tells the
 * others to look. None of it has to survive a crash of the server, so these commits do not wait for the disk.
 */
export const groupStatements = (pool: Pool, leaseMs: number): GroupStatements => {
  const change = <T>(group: string, work: Parameters<typeof inTransaction<T>>[1]): Promise<T> =>
    inTransaction(pool, async (transaction) => {
      await transaction.query('SET LOCAL synchronous_commit = off');
      await transaction.query('SELECT 1 FROM event_log.log_group WHERE name = $1 FOR UPDATE', [group]);
      return work(transaction);
    });

  return {
    join: async ({ group, member, instance, boot, topics }) => {
      await pool.query('INSERT INTO event_log.log_group (name) VALUES ($1) ON CONFLICT DO NOTHING', [group]);
      await change(group, async (transaction) => {
        await transaction.query(
          'DELETE FROM event_log.log_member WHERE group_name = $1 AND instance = $2 AND boot <> $3',
          [group, instance, boot],
        );
        await transaction.query(
          `INSERT INTO event_log.log_member (group_name, member, instance, boot, topics, expires_at)
           VALUES ($1, $2, $3, $4, $5, now() + $6 * interval '1 ms')
           ON CONFLICT (group_name, member) DO UPDATE SET topics = excluded.topics, expires_at = excluded.expires_at`,
          [group, member, instance, boot, topics, leaseMs],
        );
        await transaction.query('UPDATE event_log.log_group SET epoch = epoch + 1 WHERE name = $1', [group]);
      });
    },

    heartbeat: async (members) => {
      const { rows } = await pool.query<{ member: string }>({
        name: 'event_log_heartbeat',
        text: `WITH quiet AS (SELECT set_config('synchronous_commit', 'off', true)),
          gone AS (DELETE FROM event_log.log_member WHERE expires_at < now() AND member <> ALL ($1) RETURNING group_name),
          told AS (UPDATE event_log.log_group SET epoch = epoch + 1 WHERE name IN (SELECT group_name FROM gone))
          UPDATE event_log.log_member m SET expires_at = now() + $2 * interval '1 ms' FROM quiet
            WHERE m.member = ANY ($1) RETURNING m.member`,
        values: [members, leaseMs],
      });
      return rows.map(({ member }) => member);
    },

    assign: (group, member) =>
      change(group, async (transaction) => {
        const members = await transaction.query<{ member: string; topics: string[] }>(
          'SELECT member, topics FROM event_log.log_member WHERE group_name = $1 AND expires_at >= now()',
          [group],
        );
        const partitions = await transaction.query<PartitionRow>(
          'SELECT topic, partition FROM event_log.log_partition WHERE topic = ANY ($1)',
          [[...new Set(members.rows.flatMap(({ topics }) => topics))]],
        );
        const leases = await transaction.query<PartitionRow & { fence: string; member: string | null }>(
          'SELECT topic, partition, fence, member FROM event_log.log_lease WHERE group_name = $1',
          [group],
        );
        const view = {
          members: members.rows,
          partitions: partitions.rows,
          leases: leases.rows.map((lease) => ({ ...lease, fence: Number(lease.fence) })),
        };
        const { claimed, ...assignment } = assignPartitions(view, member);
        if (claimed.length > 0) {
          await transaction.query(
            `INSERT INTO event_log.log_lease (group_name, topic, partition, fence, member)
             SELECT $1, c.topic, c.partition, c.fence, $2
               FROM unnest($3::text[], $4::integer[], $5::bigint[]) AS c (topic, partition, fence)
             ON CONFLICT (group_name, topic, partition) DO UPDATE SET fence = excluded.fence, member = excluded.member`,
            [group, member, ...columns(claimed), claimed.map(({ fence }) => fence)],
          );
        }
        return assignment;
      }),

    release: (group, member, ids) =>
      change(group, async (transaction) => {
        await transaction.query(
          `UPDATE event_log.log_lease l SET member = NULL FROM unnest($3::text[], $4::integer[]) AS r (topic, partition)
           WHERE l.group_name = $1 AND l.member = $2 AND l.topic = r.topic AND l.partition = r.partition`,
          [group, member, ...columns(ids)],
        );
        await transaction.query('UPDATE event_log.log_group SET epoch = epoch + 1 WHERE name = $1', [group]);
      }),

    leave: (group, member) =>
      change(group, async (transaction) => {
        await transaction.query('DELETE FROM event_log.log_member WHERE group_name = $1 AND member = $2', [
          group,
          member,
        ]);
        await transaction.query('UPDATE event_log.log_group SET epoch = epoch + 1 WHERE name = $1', [group]);
      }),

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
          ...columns(offsets),
          offsets.map(({ fence }) => fence),
          offsets.map(({ nextOffset }) => nextOffset),
        ],
      });
    },

    groupOffsets: async (group) => {
      const { rows } = await pool.query<PartitionRow & { next_offset: string }>(
        'SELECT topic, partition, next_offset FROM event_log.log_group_offset WHERE group_name = $1',
        [group],
      );
      return rows.map(({ topic, partition, next_offset }) => ({ topic, partition, nextOffset: Number(next_offset) }));
    },
  };
};
