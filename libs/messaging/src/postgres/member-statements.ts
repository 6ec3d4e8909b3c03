import type { Pool } from 'pg';
import type { LogStore } from '../engine/log-store.js';
import { bumpEpoch, changeGroup } from './change-group.js';

/** Who is in a group. */
export const memberStatements = (pool: Pool, leaseMs: number): Pick<LogStore, 'join' | 'heartbeat' | 'leave'> => ({
  join: async ({ group, member, instance, boot, topics }) => {
    await pool.query('INSERT INTO event_log.log_group (name) VALUES ($1) ON CONFLICT DO NOTHING', [group]);
    await changeGroup(pool, group, async (transaction) => {
      await transaction.query(
        'DELETE FROM event_log.log_member WHERE group_name = $1 AND instance = $2 AND boot <> $3',
        [group, instance, boot],
      );
      // what the member held before its time ran out is free again, for whoever it is due to
      await transaction.query('UPDATE event_log.log_lease SET member = NULL WHERE group_name = $1 AND member = $2', [
        group,
        member,
      ]);
      await transaction.query(
        `INSERT INTO event_log.log_member (group_name, member, instance, boot, topics, expires_at)
         VALUES ($1, $2, $3, $4, $5, now() + $6 * interval '1 ms')
         ON CONFLICT (group_name, member) DO UPDATE SET topics = excluded.topics, expires_at = excluded.expires_at`,
        [group, member, instance, boot, topics, leaseMs],
      );
      await bumpEpoch(transaction, group);
    });
  },

  heartbeat: async (members) => {
    const { rows } = await pool.query<{ member: string }>({
      name: 'event_log_heartbeat',
      text: `WITH quiet AS (SELECT set_config('synchronous_commit', 'off', true)),
        gone AS (DELETE FROM event_log.log_member WHERE expires_at < now() RETURNING group_name, member),
        told AS (UPDATE event_log.log_group SET epoch = epoch + 1 WHERE name IN (SELECT group_name FROM gone))
        UPDATE event_log.log_member m SET expires_at = now() + $2 * interval '1 ms' FROM quiet
          WHERE m.member = ANY ($1) AND m.expires_at >= now() RETURNING m.member`,
      values: [members, leaseMs],
    });
    return rows.map(({ member }) => member);
  },

  leave: (group, member) =>
    changeGroup(pool, group, async (transaction) => {
      await transaction.query('DELETE FROM event_log.log_member WHERE group_name = $1 AND member = $2', [
        group,
        member,
      ]);
      await bumpEpoch(transaction, group);
    }),
});
