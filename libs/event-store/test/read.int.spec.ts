import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { InvariantError, ORIGIN } from '../src/index.js';
import { append, event } from './events.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

it('pages through everything, each event once, and stays where it is at the end', async () => {
  const store = database.store();
  for (let n = 0; n < 7; n++) await store.append(append(`page-${n}`, 0));
  const seen: string[] = [];
  let cursor = ORIGIN;
  for (;;) {
    const page = await store.readAll(cursor, 3);
    if (page.events.length === 0) {
      expect(page.cursor).toEqual(cursor);
      break;
    }
    seen.push(...page.events.map(({ streamId }) => streamId));
    cursor = page.cursor;
  }
  expect(seen).toEqual(Array.from({ length: 7 }, (_, n) => `page-${n}`));
});

it('raises the alarm when an event is missing from the whole or from a stream', async () => {
  const store = database.store();
  await store.append(append('gap-1', 0, { count: 3 }));
  await database.owner.query(`delete from store.events where stream_id = 'gap-1' and version = 2`);
  await expect(store.readAll(ORIGIN, 10)).rejects.toThrow(InvariantError);
  await expect(store.readAll({ epoch: 1, position: 1 }, 10)).rejects.toThrow('position 3 follows 1');
  await expect(store.readStream('gap-1')).rejects.toThrow('version 3 of gap-1 follows 1');
  await expect(store.readStream('gap-1', 2)).rejects.toThrow(InvariantError);
});

it('raises the alarm when versions do not follow one another, though positions do', async () => {
  const store = database.store();
  await store.append(append('jump-1', 0, { count: 2 }));
  await database.owner.query(`update store.events set version = 3 where version = 2`);
  await expect(store.readAll(ORIGIN, 10)).rejects.toThrow('version 3 of jump-1 follows 1');
});

it('brings old events to the newest version and leaves the stored bytes alone', async () => {
  const upcasters = { SeatAdded: [(data: unknown) => ({ ...(data as object), plan: 'basic' })] };
  const store = database.store(upcasters);
  const stored = async () =>
    (await database.owner.query<Record<string, unknown>>(`select data::text, schema_version from store.events`)).rows;
  await store.append({ ...append('old-1', 0), events: [event({ seats: 2 })] });
  const before = await stored();
  expect(await store.readStream('old-1')).toMatchObject([{ schemaVersion: 2, data: { seats: 2, plan: 'basic' } }]);
  expect((await store.readAll(ORIGIN, 10)).events).toMatchObject([{ schemaVersion: 2 }]);
  expect((await store.readRows(ORIGIN, 10)).rows).toMatchObject([{ schemaVersion: 1, data: '{"seats":2}' }]);
  expect(await stored()).toEqual(before);
});
