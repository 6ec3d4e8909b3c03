import { createEventStore, AppendRejectedError, ORIGIN } from '@leasehold/event-store';
import type { Effort, Figure } from '../figure.js';
import { METADATA, newEvent, openStoreStage, type StoreStage } from './store-stage.js';

const WRITERS = 32;
/** One transaction of so many is rolled back. */
const ROLLED_BACK = 10;
const READ_AT_ONCE = 2_000;
/** What the naive reader must lose, for the run to show anything. */
const NAIVE_LOSS = 0.01;

interface Outcome {
  readonly committed: number;
  readonly skipped: number;
}

export const r2: Figure = {
  id: 'R2',
  what: `events that a reader skips beside ${WRITERS} writers, 10 % of whose transactions roll back`,
  yardstick: 'a reader of a plain sequence, beside the same writers',
  bar: '0 (the naive reader: > 1 %)',
  async measure(effort) {
    const stage = await openStoreStage(effort);
    try {
      const naive = await readNaively(stage, effort);
      const ours = await readStore(stage, effort);
      const share = naive.skipped / naive.committed;
      return {
        figure: `${ours.skipped} of ${ours.committed.toLocaleString('en-US')}`,
        detail: `beside ${(share * 100).toFixed(1)} % of ${naive.committed.toLocaleString('en-US')} that a naive reader skips`,
        meetsBar: ours.skipped === 0 && share > NAIVE_LOSS,
      };
    } finally {
      await stage.close();
    }
  },
};

/** Writers and a reader side by side; `read` answers how many events it has seen for the first time. */
async function beside(
  write: (writer: number, until: number) => Promise<number>,
  read: () => Promise<number>,
  ms: number,
): Promise<Outcome> {
  const until = performance.now() + ms;
  let writing = true;
  const writers = Promise.all(Array.from({ length: WRITERS }, (_none, writer) => write(writer, until)));
  const done = writers.finally(() => (writing = false));
  let seen = 0;
  while (writing) seen += await read();
  const committed = (await done).reduce((sum, count) => sum + count, 0);
  for (let last = await read(); last > 0; last = await read()) seen += last;
  return { committed, skipped: committed - seen };
}

function readStore({ pool, schema }: StoreStage, effort: Effort): Promise<Outcome> {
  const reader = createEventStore({ pool, schema });
  let cursor = ORIGIN;
  const write = async (writer: number, until: number): Promise<number> => {
    // a store each, as in as many processes
    const store = createEventStore({ pool, schema });
    let committed = 0;
    for (let number = 0; performance.now() < until; number++) {
      const event = newEvent();
      const append = { streamId: event.id, expectedVersion: 0, tenantId: 'ten_1', metadata: METADATA, events: [event] };
      if ((writer + number) % ROLLED_BACK === 0) await rollBack(store.append({ ...append, rows: [NO_SUCH_ROW] }));
      else if ((await store.append(append)).appended) committed++;
    }
    return committed;
  };
  const read = async (): Promise<number> => {
    const page = await reader.readRows(cursor, READ_AT_ONCE);
    cursor = page.cursor;
    return page.rows.length;
  };
  return beside(write, read, effort.rounds * effort.roundMs);
}

/** The event is inserted before the row is refused, and the transaction takes it back. */
const NO_SUCH_ROW = { table: 'no_such_table', op: 'insert', row: {} } as const;

async function rollBack(append: Promise<unknown>): Promise<void> {
  try {
    await append;
  } catch (error) {
    if (error instanceof AppendRejectedError) return;
    throw error;
  }
  throw new Error('a transaction that had to roll back was committed');
}

/** What many begin with: a sequence, no lock, and a reader that asks for what is behind its last position. */
async function readNaively({ pool, asOwner }: StoreStage, effort: Effort): Promise<Outcome> {
  await asOwner(`create table naive (position bigserial primary key, id text not null);
    grant select, insert on naive to public; grant usage on sequence naive_position_seq to public`);
  const write = async (writer: number, until: number): Promise<number> => {
    const client = await pool.connect();
    let committed = 0;
    try {
      for (let number = 0; performance.now() < until; number++) {
        const commits = (writer + number) % ROLLED_BACK !== 0;
        await client.query('begin');
        await client.query('insert into naive (id) values ($1)', [`${writer}-${number}`]);
        await client.query(commits ? 'commit' : 'rollback');
        if (commits) committed++;
      }
    } finally {
      client.release();
    }
    return committed;
  };
  let last = '0';
  const read = async (): Promise<number> => {
    const { rows } = await pool.query<{ position: string }>(
      'select position from naive where position > $1 order by position limit $2',
      [last, READ_AT_ONCE],
    );
    last = rows.at(-1)?.position ?? last;
    return rows.length;
  };
  return beside(write, read, Math.min(effort.rounds * effort.roundMs, 5_000));
}
