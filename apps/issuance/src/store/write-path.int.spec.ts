import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AppendRejectedError, type RowWrite } from '@leasehold/event-store';
import type { Decision } from '@leasehold/licensing';
import { type IssuanceDatabase, issuanceDatabase } from '../../test/issuance-database.js';
import { inserted, timestamp, updated } from '../database/row.js';
import type { Cause } from './commit.js';
import type { CommandHandling, Loaded } from './handle-command.js';
import { createWritePath, type WritePath } from './write-path.js';

type Count = { readonly type: 'Counted'; readonly by: number };

let database: IssuanceDatabase;
let path: WritePath;
beforeAll(async () => {
  database = await issuanceDatabase();
  path = database.writePath;
});
afterAll(() => database.drop());

const NOW = Date.parse('2026-03-01T00:00:00Z');
const cause: Cause = { actor: { type: 'system', id: 'test' }, now: NOW };

/** A counter in a stream, with a row of the tenant table that holds its count as name. */
const loadCount = async (id: string): Promise<Loaded<number>> => {
  const events = await path.store.readStream(`counter-${id}`);
  return { state: (events.at(-1)?.data as { state: number } | undefined)?.state ?? 0, version: events.length };
};

const counting = (
  id: string,
  decide: (count: number) => Decision<Count, string>,
  expectedVersion?: number,
): CommandHandling<number, Count, string, number> => ({
  ...cause,
  streamId: `counter-${id}`,
  tenantId: 'ten_a',
  expectedVersion,
  load: () => loadCount(id),
  decide,
  evolve: (count, event) => count + event.by,
  recorded: (count) => count,
  write: ({ state }, events) => ({
    rows: events.length === 0 ? [] : [rowOf(id, state)],
    result: state,
  }),
});
const rowOf = (id: string, count: number) =>
  count === 1
    ? inserted('tenant', { id, name: String(count), created_at: timestamp(NOW) })
    : updated('tenant', { id, name: String(count) });
const one = (): Decision<Count, string> => ({ events: [{ type: 'Counted', by: 1 }] });

const nameOf = async (id: string): Promise<string | undefined> =>
  (await database.pool.query<{ name: string }>('select name from tenant where id = $1', [id])).rows[0]?.name;

describe('a command', () => {
  it('commits its events, each with the state after it, and its rows together', async () => {
    const handled = await path
      .handleCommand(
        counting('both', () => ({
          events: [
            { type: 'Counted', by: 1 },
            { type: 'Counted', by: 1 },
          ],
        })),
      )
      .catch((error: unknown) => error);
    // two events make the count 2, whose row is not there yet: nothing of it may stay
    expect(handled).toBeInstanceOf(AppendRejectedError);
    expect(await path.store.readStream('counter-both')).toEqual([]);

    expect(await path.handleCommand(counting('both', one))).toEqual({ kind: 'done', result: 1, version: 1 });
    const [event] = await path.store.readStream('counter-both');
    expect(event).toMatchObject({
      type: 'Counted',
      tenantId: 'ten_a',
      data: { change: { by: 1 }, state: 1 },
      metadata: { actor: cause.actor },
      occurredAt: new Date(NOW),
    });
    expect(await nameOf('both')).toBe('1');
  });

  it('that is refused writes nothing', async () => {
    expect(await path.handleCommand(counting('refused', () => ({ refusal: 'no' })))).toEqual({
      kind: 'refused',
      refusal: 'no',
    });
    expect(await path.store.readStream('counter-refused')).toEqual([]);
  });

  it('that has nothing to do answers the state and version as they are', async () => {
    await path.handleCommand(counting('quiet', one));
    const handled = await path.handleCommand(counting('quiet', () => ({ events: [] })));
    expect(handled).toEqual({ kind: 'done', result: 1, version: 1 });
  });

  it('that expects another version is a conflict, and not tried again', async () => {
    await path.handleCommand(counting('stale', one));
    const handled = await path.handleCommand(counting('stale', one, 5));
    expect(handled).toEqual({ kind: 'conflict', actualVersion: 1 });
    expect(await nameOf('stale')).toBe('1');
  });

  it('is decided again when another process was faster', async () => {
    let calls = 0;
    const other = await database.anotherWritePath();
    await path.handleCommand(counting('race', one));
    const rival = counting('race', one);
    let interfered = false;
    const interfering = {
      ...counting('race', () => {
        calls += 1;
        return one();
      }),
      load: async () => {
        const loaded = await loadCount('race');
        if (!interfered) {
          interfered = true;
          await other.handleCommand(rival);
        }
        return loaded;
      },
    };
    expect(await path.handleCommand(interfering)).toEqual({ kind: 'done', result: 3, version: 3 });
    expect(calls).toBe(2);
  });

  it('loses no increment among many at once', async () => {
    await Promise.all(Array.from({ length: 40 }, () => path.handleCommand(counting('many', one))));
    expect(await loadCount('many')).toEqual({ state: 40, version: 40 });
    expect(await nameOf('many')).toBe('40');
  });
});

describe('a commit', () => {
  const commit = (row: RowWrite) =>
    path.commit(cause, [{ streamId: 'x', expectedVersion: 0, tenantId: 'ten_a', events: [], rows: [row] }]);

  it('whose idempotency key another request has taken over is refused, with all it would have written', async () => {
    await database.pool.query(
      `insert into idempotency (id, claim, fingerprint, claimed_at) values ('key', 'theirs', '', now())`,
    );
    const finish = (claim: string): RowWrite => ({
      table: 'idempotency',
      op: 'update',
      row: { id: 'key', claim, answer: 'text' },
    });
    await expect(commit(finish('mine'))).rejects.toMatchObject({ code: 'idempotency_in_flight' });
    expect(await commit(finish('theirs'))).toMatchObject({ appended: true });
    const another: RowWrite = { table: 'tenant', op: 'update', row: { id: 'none', name: 'x' } };
    await expect(commit(another)).rejects.toMatchObject({ name: 'AppendRejectedError', table: 'tenant' });
  });

  it('with a row that is refused says which constraint it was', async () => {
    const row = inserted('tenant', { id: 'twice', name: 'x', created_at: timestamp(NOW) });
    await commit(row);
    await expect(commit(row)).rejects.toMatchObject({ name: 'AppendRejectedError', constraint: 'tenant_pkey' });
  });

  it('whose outcome the database did not tell is an error that may pass', async () => {
    const gone = await database.anotherDatabase();
    const lost = createWritePath(gone, { now: () => NOW }, randomBytes);
    await gone.close();
    const change = { streamId: 'x', expectedVersion: 0, tenantId: 'ten_a', events: [] };
    await expect(lost.commit(cause, [change])).rejects.toMatchObject({ code: 'service_unavailable' });
  });
});

describe('the application role', () => {
  it('cannot write a management table past the append', async () => {
    await expect(database.pool.query(`update tenant set name = 'mine'`)).rejects.toThrow(/permission denied/);
    await expect(database.pool.query(`delete from events`)).rejects.toThrow(/permission denied/);
  });
});
