import type { Pool } from 'pg';
import { type LogStore, partitionsOf } from '../engine/log-store.js';
import type { Topic } from '../event-log.js';
import { inTransaction } from '../in-transaction.js';

const createTopic = (pool: Pool, topic: Topic): Promise<void> =>
  inTransaction(pool, async (transaction) => {
    const { rows } = await transaction.query<{ partitions: number }>(
      `INSERT INTO event_log.log_topic AS t (name, partitions, cleanup, retention_ms) VALUES ($1, $2, $3, $4)
       ON CONFLICT (name) DO UPDATE SET cleanup = excluded.cleanup, retention_ms = excluded.retention_ms
       RETURNING t.partitions`,
      [topic.name, topic.partitions, topic.cleanup, topic.retentionMs],
    );
    const partitions = rows[0]?.partitions;
    if (partitions !== topic.partitions) {
      throw new Error(`Topic ${topic.name} has ${String(partitions)} partitions; that never changes.`);
    }
    await transaction.query(
      `INSERT INTO event_log.log_partition (topic, partition) SELECT $1, unnest($2::integer[]) ON CONFLICT DO NOTHING`,
      [topic.name, partitionsOf([topic]).map(({ partition }) => partition)],
    );
  });

interface TopicRow {
  readonly name: string;
  readonly partitions: number;
  readonly cleanup: Topic['cleanup'];
  readonly retention_ms: string | null;
}

export const topicStatements = (pool: Pool): Pick<LogStore, 'createTopics' | 'topics'> => ({
  createTopics: async (topics) => {
    // in one order everywhere: services that start at once do not block each other in a circle
    for (const topic of [...topics].sort((a, b) => (a.name < b.name ? -1 : 1))) await createTopic(pool, topic);
  },

  topics: async () => {
    const { rows } = await pool.query<TopicRow>(
      'SELECT name, partitions, cleanup, retention_ms FROM event_log.log_topic',
    );
    return rows.map(({ retention_ms, ...topic }) => ({
      ...topic,
      retentionMs: retention_ms === null ? null : Number(retention_ms),
    }));
  },
});
