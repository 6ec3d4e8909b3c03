import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AppendRejectedError,
  MISSING_ROW,
  ORIGIN,
  UnknownOutcomeError,
  type EventStore,
  type RowWrite,
} from '../src/index.js';
import { appendCall } from './append-call.js';
import { append, event, metadata } from './events.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

let database: TestDatabase;
let store: EventStore;

beforeAll(async () => {
  database = await createTestDatabase();
  store = database.store();
});
afterAll(() => database.drop());

const rowsOf = async (table: string) =>
  (await database.owner.query<Record<string, unknown>>(`select * from store.${table} order by 1`)).rows;

/** Appends in one turn, so that they travel together. */
const together = (...appends: Parameters<EventStore['append']>[0][]) =>
  Promise.allSettled(appends.map((one) => store.append(one)));

describe('append', () => {
  it('gives versions from 1 and positions in order, and reads back what was written', async () => {
    const first = await store.append(append('back-1', 0, { count: 2, data: { text: 'ü "quoted" \\ \u2028', n: 1.5 } }));
    const second = await store.append(append('back-1', 2));
    expect(first).toMatchObject({ appended: true, version: 2 });
    expect(second).toMatchObject({ appended: true, version: 3 });

    const events = await store.readStream('back-1');
    expect(events.map(({ version }) => version)).toEqual([1, 2, 3]);
    expect(events[0]).toMatchObject({
      epoch: 1,
      streamId: 'back-1',
      type: 'SeatAdded',
      schemaVersion: 1,
      tenantId: 'tenant-1',
      data: { text: 'ü "quoted" \\ \u2028', n: 1.5 },
      metadata,
      occurredAt: new Date('2026-01-01T00:00:00Z'),
    });
    expect(second.appended && second.position).toBe(events[2]?.position);
  });

  it('reads a stream from a version on, no more than asked for, and nothing of a stream that does not exist', async () => {
    await store.append(append('from-1', 0, { count: 3 }));
    expect((await store.readStream('from-1', 3)).map(({ version }) => version)).toEqual([3]);
    expect((await store.readStream('from-1', 1, 2)).map(({ version }) => version)).toEqual([1, 2]);
    expect(await store.readStream('nobody')).toEqual([]);
  });

  it('reports a stale, a future and a repeated creation as conflicts with the actual version', async () => {
    await store.append(append('stale-1', 0, { count: 2 }));
    const conflict = { appended: false, conflict: true, streamId: 'stale-1', actualVersion: 2 };
    expect(await store.append(append('stale-1', 1))).toEqual(conflict);
    expect(await store.append(append('stale-1', 5))).toEqual(conflict);
    expect(await store.append(append('stale-1', 0, { count: 3 }))).toEqual(conflict);
    expect(await store.readStream('stale-1')).toHaveLength(2);
  });

  it('lets a later command of the same batch build on an earlier one, while a stale one conflicts alone', async () => {
    const results = await together(
      append('chain-1', 0, { count: 2 }),
      append('chain-1', 0),
      append('chain-1', 2),
      append('neighbor-1', 0),
    );
    expect(results.map((result) => result.status === 'fulfilled' && result.value)).toMatchObject([
      { appended: true, version: 2 },
      { conflict: true, actualVersion: 2 },
      { appended: true, version: 3 },
      { appended: true, version: 1 },
    ]);
  });

  it('lets exactly one of many stores win the same version', async () => {
    const stores = Array.from({ length: 8 }, () => database.store());
    const results = await Promise.all(stores.map((each) => each.append(append('race-1', 0))));
    expect(results.filter(({ appended }) => appended)).toHaveLength(1);
    expect(await store.readStream('race-1')).toHaveLength(1);
  });

  it('checks the version and writes the rows of an append without events', async () => {
    await store.append(append('quiet-1', 0));
    const rows = [{ table: 'slug', op: 'insert', row: { slug: 'quiet' } }] as const;
    expect(await store.append(append('quiet-1', 0, { count: 0, rows }))).toMatchObject({ conflict: true });
    expect(await store.append(append('quiet-1', 1, { count: 0, rows }))).toMatchObject({ appended: true, version: 1 });
    expect(await rowsOf('slug')).toContainEqual({ slug: 'quiet' });
  });

  it('tells listeners about commits that stored events, until they leave', async () => {
    let calls = 0;
    const leave = store.onCommit(() => calls++);
    await store.append(append('kick-1', 0));
    await store.append(append('kick-1', 0));
    expect(calls).toBe(1);
    leave();
    await store.append(append('kick-1', 1));
    expect(calls).toBe(1);
  });
});

describe('appendAll', () => {
  it('stores several streams at neighboring positions', async () => {
    const result = await store.appendAll([append('all-1', 0), append('all-2', 0, { count: 2 })]);
    const positions = [...(await store.readStream('all-1')), ...(await store.readStream('all-2'))].map(
      (e) => e.position,
    );
    const last = result.appended ? result.position : 0;
    expect(positions).toEqual([last - 2, last - 1, last]);
  });

  it('stores nothing when one stream conflicts, and leaves the others free for the next command', async () => {
    await store.append(append('busy-1', 0));
    const refused = store.appendAll([
      append('free-1', 0, { rows: [{ table: 'slug', op: 'insert', row: { slug: 'free' } }] }),
      append('busy-1', 0),
    ]);
    const next = store.append(append('free-1', 0));
    expect(await refused).toMatchObject({ conflict: true, streamId: 'busy-1', actualVersion: 1 });
    expect(await next).toMatchObject({ appended: true, version: 1 });
    expect(await rowsOf('slug')).not.toContainEqual({ slug: 'free' });
  });

  it('refuses to append to nothing', async () => {
    await expect(store.appendAll([])).rejects.toThrow(TypeError);
  });
});

describe('management rows', () => {
  it('are inserted, changed by the named columns and deleted in the order of the commands', async () => {
    const id = 'row-1';
    const write = (op: 'insert' | 'upsert' | 'update' | 'delete', row: object) =>
      ({ table: 'license', op, row: { id, ...row } }) as const;
    await together(
      append(id, 0, { rows: [write('insert', { tenant_id: 't', status: 'active', seats: 1 })] }),
      append(id, 1, { rows: [write('upsert', { tenant_id: 't', seats: 2 }), write('update', { seats: 3 })] }),
    );
    expect(await rowsOf('license')).toEqual([{ id, tenant_id: 't', status: 'active', seats: 3 }]);
    await store.append(append(id, 2, { rows: [write('delete', {})] }));
    expect(await rowsOf('license')).toEqual([]);
  });

  it('of many commands at once end as they would one after the other', async () => {
    const license = (op: 'insert' | 'upsert' | 'update' | 'delete', id: string, row: object = {}) =>
      ({ table: 'license', op, row: { id, ...row } }) as const;
    const t = { tenant_id: 't' };
    await store.append(append('run-0', 0, { rows: [license('insert', 'run-a', { ...t, status: 'old', seats: 1 })] }));
    await together(
      append('run-1', 0, { rows: [license('upsert', 'run-b', { ...t, seats: 1 })] }),
      append('run-2', 0, { rows: [license('upsert', 'run-a', { ...t, seats: 2 })] }),
      append('run-3', 0, { rows: [license('upsert', 'run-b', { ...t, status: 'new' })] }),
      append('run-0', 0, { rows: [license('upsert', 'run-b', { ...t, seats: 99 })] }), // a conflict
      append('run-4', 0, { rows: [license('upsert', 'run-b', { ...t, seats: 3 }), license('insert', 'run-c', t)] }),
      append('run-5', 0, { rows: [license('delete', 'run-c'), license('insert', 'run-c', { ...t, seats: 5 })] }),
      append('run-6', 0, {
        rows: [license('update', 'run-c', { seats: 6 }), license('update', 'run-c', { seats: 7 })],
      }),
    );
    expect((await rowsOf('license')).filter(({ id }) => String(id).startsWith('run-'))).toEqual([
      { id: 'run-a', tenant_id: 't', status: 'old', seats: 2 },
      { id: 'run-b', tenant_id: 't', status: 'new', seats: 3 },
      { id: 'run-c', tenant_id: 't', status: null, seats: 7 },
    ]);
    await store.append(append('run-7', 0, { rows: ['run-a', 'run-b', 'run-c'].map((id) => license('delete', id)) }));
  });

  it('refuse their own append alone, naming the constraint; its neighbors are stored', async () => {
    await store.append(append('slug-0', 0, { rows: [{ table: 'slug', op: 'insert', row: { slug: 'taken' } }] }));
    const results = await together(
      append('slug-1', 0, { rows: [{ table: 'slug', op: 'insert', row: { slug: 'one' } }] }),
      append('slug-2', 0, { rows: [{ table: 'slug', op: 'insert', row: { slug: 'taken' } }] }),
      append('slug-3', 0, { rows: [{ table: 'slug', op: 'insert', row: { slug: 'three' } }] }),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const refusal: unknown = results[1]?.status === 'rejected' && results[1].reason;
    expect(refusal).toBeInstanceOf(AppendRejectedError);
    expect(refusal).toMatchObject({ sqlState: '23505', constraint: 'slug_taken' });
    expect(await store.readStream('slug-2')).toEqual([]);
    expect(await rowsOf('slug')).toEqual(expect.arrayContaining([{ slug: 'one' }, { slug: 'three' }]));
  });

  it('of an unknown table, and updates of a row that is not there, refuse the append', async () => {
    const unknown = { table: 'nowhere', op: 'insert', row: { id: '1' } } as const;
    const missing = { table: 'license', op: 'update', row: { id: 'missing', seats: 1 } } as const;
    const refusalOf = (write: RowWrite) => expect(store.append(append('bad-row', 0, { rows: [write] }))).rejects;
    await refusalOf(unknown).toThrow(AppendRejectedError);
    await refusalOf(missing).toThrow(AppendRejectedError);
    await refusalOf(missing).toMatchObject({ sqlState: MISSING_ROW, table: 'license' });
    expect(await store.readStream('bad-row')).toEqual([]);
  });

  it('are refused altogether while no migration has named a table', async () => {
    await database.owner.query(`create schema bare`);
    const { createEventStore, eventStoreSql } = await import('../src/index.js');
    await database.owner.query(eventStoreSql({ schema: 'bare', role: 'event_store_spec_app' }));
    const bare = createEventStore({ pool: database.app, schema: 'bare' });
    const rows = [{ table: 'license', op: 'insert', row: { id: '1' } }] as const;
    await expect(bare.append(append('bare-1', 0, { rows }))).rejects.toThrow('unknown table "license"');
    expect(await bare.append(append('bare-1', 0))).toMatchObject({ appended: true, position: 1 });
  });
});

describe('content that cannot be stored', () => {
  it('refuses its own append alone', async () => {
    const bad = { ...append('poison-1', 0), events: [event({}, { id: 'not-a-uuid' })] };
    const appends = Array.from({ length: 50 }, (_, n) => (n === 33 ? bad : append(`healthy-${n}`, 0)));
    const results = await together(...appends);
    expect(results.flatMap(({ status }, n) => (status === 'rejected' ? [n] : []))).toEqual([33]);
    expect(results[33]).toMatchObject({ reason: { name: 'AppendRejectedError', sqlState: '22P02' } });
  });

  it('is refused before it is sent when it has no JSON form', async () => {
    const bad = { ...append('undefined-1', 0), events: [event(undefined, { data: undefined })] };
    await expect(store.append(bad)).rejects.toThrow(TypeError);
  });
});

describe('a database that fails', () => {
  it('rejects the appends in flight with an unknown outcome and serves the next ones', async () => {
    const blocker = await database.owner.connect();
    await blocker.query(`begin; select pg_advisory_xact_lock(hashtextextended('leasehold.event-store.store', 0))`);
    const inFlight = store.append(append('lost-1', 0));
    const ended = expect(inFlight).rejects.toThrow(UnknownOutcomeError);
    const kill = `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and wait_event = 'advisory' and query like '%append_events%'`;
    while ((await blocker.query(kill)).rowCount === 0);
    await ended;
    const next = store.append(append('lost-1', 0));
    await blocker.query('rollback');
    blocker.release();
    expect(await next).toMatchObject({ appended: true, version: 1 });
    await store.drained();
  });
});

describe('the application role', () => {
  it.each([
    `insert into store.events select * from store.events limit 1`,
    `update store.events set data = '{}'`,
    `delete from store.events`,
    `truncate store.events`,
    `update store.event_seal set n = 0`,
    `delete from store.event_seal`,
    `delete from store.relay_checkpoint`,
    `insert into store.license (id, tenant_id) values ('x', 'x')`,
    `update store.event_store set epoch = 9`,
    `select store.write_rows('[]')`,
    `select store.begin_epoch()`,
    `create table store.own ()`,
  ])('cannot: %s', async (text) => {
    await expect(database.app.query(text)).rejects.toMatchObject({ code: '42501' });
  });

  it('cannot pass an event of a taken version or one that is not claimed, whatever it says', async () => {
    const call = (...told: Parameters<typeof appendCall>) => database.app.query(appendCall(...told));
    const told = { id: event().id, stream: 'liar-1' };
    const claim = { slot: 1, stream: 'liar-1' };
    await expect(call([claim, { ...claim, slot: 2 }], [told, told])).rejects.toMatchObject({ code: '23505' });
    await expect(call([], [told])).rejects.toThrow('1 events for 0 claimed');
    await expect(call([claim], [])).rejects.toThrow('0 events for 1 claimed');
    expect(await store.readStream('liar-1')).toEqual([]);
  });
});

describe('a restored store', () => {
  it('starts an epoch whose events sort behind every cursor of the former one', async () => {
    const fresh = await createTestDatabase();
    try {
      const restored = fresh.store();
      await restored.append(append('old-1', 0, { count: 3 }));
      await fresh.owner.query('select store.begin_epoch()');
      await restored.append(append('new-1', 0));
      const ahead = await restored.readAll({ epoch: 1, position: 1_000 }, 10);
      expect(ahead.events.map(({ streamId }) => streamId)).toEqual(['new-1']);
      expect(ahead.cursor).toEqual({ epoch: 2, position: 4 });
      expect((await restored.readAll(ORIGIN, 10)).events).toHaveLength(4);
    } finally {
      await fresh.drop();
    }
  });
});
