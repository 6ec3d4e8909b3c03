import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Pool, PoolClient } from 'pg';
import { ORIGIN, type Cursor, type EventStore } from '../src/index.js';
import { appendCall } from './append-call.js';
import { event, metadata } from './events.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

const WRITERS = 32;
const TRANSACTIONS = 20;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  // what many start with: a sequence, no lock, and a reader that asks for what is behind its last position
  await database.owner.query('create table naive (position bigserial primary key, id text not null)');
});
afterAll(() => database.drop());

/** Writes one event in a transaction that the caller ends. */
type Write = (client: PoolClient, id: string) => Promise<unknown>;

/** Reads what is new and gives back the ids. */
type Read = () => Promise<readonly string[]>;

interface Outcome {
  readonly committed: readonly string[];
  readonly seen: readonly string[];
}

/**
 * Concurrent writers, a tenth of whose transactions roll back and many of which dawdle before they end, beside a reader
 * that reads all the time. The first transaction of all is the slowest: it commits when everybody else is done, or when
 * it is plain that nobody else can go on before it.
 */
async function readBesideWriters(pool: Pool, write: Write, read: Read): Promise<Outcome> {
  const committed: string[] = [];
  const seen: string[] = [];

  async function transact(id: string, dawdleMs: number, commits: boolean): Promise<void> {
    const client = await pool.connect();
    await client.query('begin');
    await write(client, id);
    await client.query('select pg_sleep($1)', [dawdleMs / 1_000]);
    await client.query(commits ? 'commit' : 'rollback');
    client.release();
    if (commits) committed.push(id);
  }

  async function writer(number: number): Promise<void> {
    for (let n = 0; n < TRANSACTIONS; n++) {
      await transact(`${number}-${n}`, (number * 7 + n * 3) % 4, (number + n) % 10 !== 0);
    }
  }

  const slow = await pool.connect();
  await slow.query('begin');
  await write(slow, 'slow');
  const others = Promise.all(Array.from({ length: WRITERS }, (_, number) => writer(number)));

  let writing = true;
  const reader = (async () => {
    while (writing) seen.push(...(await read()));
  })();
  await waitUntil(async () => seen.length > 0 || (await writersWaitForLock()) === WRITERS);
  await slow.query('commit');
  slow.release();
  committed.push('slow');

  await others;
  writing = false;
  await reader;
  seen.push(...(await read()));
  return { committed, seen };
}

async function writersWaitForLock(): Promise<number> {
  const { rows } = await database.owner.query<{ n: number }>(
    `select count(*)::integer as n from pg_stat_activity where datname = current_database() and wait_event = 'advisory'`,
  );
  return rows[0]?.n ?? 0;
}

async function waitUntil(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition()));
}

const missing = ({ committed, seen }: Outcome) => {
  const known = new Set(seen);
  return committed.filter((id) => !known.has(id));
};

describe('a reader beside concurrent writers and rollbacks', () => {
  it('loses events of a naive table', async () => {
    let last = '0';
    const outcome = await readBesideWriters(
      database.owner,
      (client, id) => client.query('insert into naive (id) values ($1)', [id]),
      async () => {
        const { rows } = await database.owner.query<{ position: string; id: string }>(
          'select position, id from naive where position > $1 order by position',
          [last],
        );
        last = rows.at(-1)?.position ?? last;
        return rows.map(({ id }) => id);
      },
    );
    expect(missing(outcome)).toContain('slow');
    expect(missing(outcome).length / outcome.committed.length).toBeGreaterThan(0.01);
  }, 20_000);

  it('loses none of the store, and sees each once, in order', async () => {
    const store: EventStore = database.store();
    const cursors: Cursor[] = [];
    let cursor = ORIGIN;
    const outcome = await readBesideWriters(
      database.app,
      (client, id) => client.query(appendCall([{ slot: 1, stream: id }], [{ id: event().id, stream: id }])),
      async () => {
        const page = await store.readAll(cursor, 500);
        cursor = page.cursor;
        cursors.push(...page.events);
        return page.events.map(({ streamId }) => streamId);
      },
    );
    expect(missing(outcome)).toEqual([]);
    expect(outcome.seen).toHaveLength(outcome.committed.length);
    expect(cursors.map(({ position }) => position)).toEqual(outcome.committed.map((_, index) => index + 1));
  }, 20_000);

  it('loses none of what many stores append at once', async () => {
    const stores = Array.from({ length: 4 }, () => database.store());
    const start = (await stores[0]?.readAll(ORIGIN, 10_000))?.cursor ?? ORIGIN;
    const work = stores.flatMap((store, s) =>
      Array.from({ length: 8 }, async (_, w) => {
        for (let version = 0; version < 20; version++) {
          const result = await store.append({
            streamId: `many-${s}-${w}`,
            expectedVersion: version,
            tenantId: 't',
            metadata,
            events: [event()],
          });
          if (!result.appended) throw new Error('nobody else writes to this stream');
        }
      }),
    );
    let writing = true;
    const written = Promise.all(work).finally(() => (writing = false));
    let cursor = start;
    let count = 0;
    const reader = database.store();
    const readOn = async () => {
      const page = await reader.readAll(cursor, 100);
      cursor = page.cursor;
      count += page.events.length;
      return page.events.length;
    };
    while (writing) await readOn();
    await written;
    while ((await readOn()) > 0);
    expect(count).toBe(4 * 8 * 20);
  }, 20_000);
});
