import type { Pool, PoolClient } from 'pg';
import { assignPartitions, type GroupView } from '../engine/assign-partitions.js';
import type { LogStore, PartitionId } from '../engine/log-store.js';
import { bumpEpoch, changeGroup } from './change-group.js';
import { columnsOf } from './group-columns.js';

const viewOf = async (transaction: PoolClient, group: string): Promise<GroupView> => {
  const members = await transaction.query<{ member: string; topics: string[] }>(
    'SELECT member, topics FROM event_log.log_member WHERE group_name = $1 AND expires_at >= now()',
    [group],
  );
  const partitions = await transaction.query<PartitionId>(
    'SELECT topic, partition FROM event_log.log_partition WHERE topic = ANY ($1)',
    [[...new Set(members.rows.flatMap(({ topics }) => topics))]],
  );
  const leases = await transaction.query<PartitionId & { fence: string; member: string | null }>(
    'SELECT topic, partition, fence, member FROM event_log.log_lease WHERE group_name = $1',
    [group],
  );
  return {
    members: members.rows,
    partitions: partitions.rows,
    leases: leases.rows.map((lease) => ({ ...lease, fence: Number(lease.fence) })),
  };
};

/** Which member of a group reads which partition. */
export const leaseStatements = (pool: Pool): Pick<LogStore, 'assign' | 'release'> => ({
  assign: (group, member) =>
    changeGroup(pool, group, async (transaction) => {
      const { claimed, ...assignment } = assignPartitions(await viewOf(transaction, group), member);
      if (claimed.length > 0) {
        await transaction.query(
          `INSERT INTO event_log.log_lease (group_name, topic, partition, fence, member)
           SELECT $1, c.topic, c.partition, c.fence, $2
             FROM unnest($3::text[], $4::integer[], $5::bigint[]) AS c (topic, partition, fence)
           ON CONFLICT (group_name, topic, partition) DO UPDATE SET fence = excluded.fence, member = excluded.member`,
          [group, member, ...columnsOf(claimed), claimed.map(({ fence }) => fence)],
        );
      }
      return assignment;
    }),

  release: (group, member, ids) =>
    changeGroup(pool, group, async (transaction) => {
      await transaction.query(
        `UPDATE event_log.log_lease l SET member = NULL FROM unnest($3::text[], $4::integer[]) AS r (topic, partition)
         WHERE l.group_name = $1 AND l.member = $2 AND l.topic = r.topic AND l.partition = r.partition`,
        [group, member, ...columnsOf(ids)],
      );
      await bumpEpoch(transaction, group);
    }),
});
