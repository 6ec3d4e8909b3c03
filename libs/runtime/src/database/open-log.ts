import { TOPICS } from '@leasehold/contracts';
import { type EventLog, createPostgresLog } from '@leasehold/messaging';
import type { Logger } from 'pino';
import { schemaOf } from './database-names.js';
import { LOG_SCHEMA } from './log-schema.js';
import { openPool } from './open-pool.js';
import { requireSchema } from './require-schema.js';

export interface LogOptions {
  readonly url: string;
  /** Names this place among the processes that read the log: see PostgresLogOptions. */
  readonly instanceId: string;
  readonly logger: Logger;
}

/** The event log with all topics of the catalog; its `close` closes its connections too. */
export async function openLog({ url, instanceId, logger }: LogOptions): Promise<EventLog> {
  const schema = schemaOf('log');
  const pool = openPool({ url, schema, role: schema, max: 10, logger });
  try {
    await requireSchema(pool, schema, LOG_SCHEMA.migrations);
    const log = createPostgresLog({
      pool,
      instanceId,
      onError: (error) => logger.warn({ err: error }, 'the event log failed and tries again'),
    });
    await log.createTopics(Object.values(TOPICS));
    return {
      ...log,
      close: async () => {
        await log.close();
        await pool.end();
      },
    };
  } catch (error) {
    await pool.end();
    throw error;
  }
}
