import type { Pool } from 'pg';
import { createAppender } from './append/appender.js';
import { createLane } from './append/create-lane.js';
import { encodeCommand } from './append/encode-command.js';
import { checkSequence, checkStream } from './read/check-sequence.js';
import { ROW_COLUMNS, storedEvent, storedRow, type DatabaseRow } from './read/stored-row.js';
import type { Upcasters } from './read/upcast.js';
import { identifier } from './schema/identifier.js';
import type { Append, Cursor, EventStore, RowPage } from './types.js';

export interface EventStoreOptions {
  /** Connections in the application role, with time limits of the caller's choice. The store never ends it. */
  readonly pool: Pool;
  /** Where `eventStoreSql` has run. */
  readonly schema: string;
  readonly upcasters?: Upcasters;
}

/** The place before the first event. */
export const ORIGIN: Cursor = { epoch: 0, position: 0 };

/**
 * The event store on PostgreSQL.
 *
 * @example
 * const store = createEventStore({ pool, schema: 'issuance' });
 * const result = await store.append({ streamId: 'license-1', expectedVersion: 0, tenantId, events, metadata });
 * if (!result.appended) return refuse(result.actualVersion);
 */
export function createEventStore({ pool, schema, upcasters = {} }: EventStoreOptions): EventStore {
  const s = identifier(schema);
  const listeners = new Set<() => void>();
  const streamText = `select ${ROW_COLUMNS} from ${s}.events where stream_id = $1 and version >= $2 order by version limit $3`;
  const allText = `select ${ROW_COLUMNS} from ${s}.events where (epoch, position) > ($1, $2) order by epoch, position limit $3`;

  const appender = createAppender({
    send: createLane(pool, schema),
    onCommit: () => {
      // apart from the appender, which a listener that throws must not stop
      for (const listener of listeners) queueMicrotask(listener);
    },
  });

  async function readRows(cursor: Cursor, limit: number): Promise<RowPage> {
    const result = await pool.query<DatabaseRow>(allText, [cursor.epoch, cursor.position, limit]);
    const rows = result.rows.map(storedRow);
    checkSequence(cursor, rows, new Map());
    const last = rows.at(-1);
    return { rows, cursor: last === undefined ? cursor : { epoch: last.epoch, position: last.position } };
  }

  const appendAll = async (appends: readonly Append[]) => appender.submit(encodeCommand(appends));

  return {
    schema,
    append: (append) => appendAll([append]),
    appendAll,
    async readStream(streamId, fromVersion = 1, limit) {
      const result = await pool.query<DatabaseRow>(streamText, [streamId, fromVersion, limit ?? null]);
      const rows = result.rows.map(storedRow);
      checkStream(fromVersion, rows);
      return rows.map((row) => storedEvent(row, upcasters));
    },
    async readAll(from, limit) {
      const { rows, cursor } = await readRows(from, limit);
      return { events: rows.map((row) => storedEvent(row, upcasters)), cursor };
    },
    readRows,
    toEvent: (row) => storedEvent(row, upcasters),
    drained: () => appender.drained(),
    onCommit(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
