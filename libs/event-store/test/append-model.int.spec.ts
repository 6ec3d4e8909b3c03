import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ORIGIN, type Append, type EventStore } from '../src/index.js';
import { append } from './events.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const claim = fc.record({
  stream: fc.constantFrom('a', 'b', 'c'),
  expected: fc.nat({ max: 4 }),
  /** Mostly right: then the version is the stream's own when the command is decided. */
  right: fc.boolean(),
  count: fc.nat({ max: 3 }),
  poison: fc.integer({ min: 0, max: 19 }).map((n) => n === 0),
});
/** Turns of the event loop, each with the commands that are sent in it. */
const history = fc.array(fc.array(fc.array(claim, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 8 }), {
  minLength: 1,
  maxLength: 5,
});

type Expected = 'conflict' | 'rejected' | { version: number };

/** The model: versions in a map, one command after the other. */
function decide(versions: Map<string, number>, appends: readonly Append[]): Expected {
  const changed = new Map(versions);
  for (const { streamId, expectedVersion, events } of appends) {
    if ((changed.get(streamId) ?? 0) !== expectedVersion) return 'conflict';
    changed.set(streamId, expectedVersion + events.length);
  }
  if (appends.some(({ rows = [] }) => rows.length > 0)) return 'rejected';
  for (const [stream, version] of changed) versions.set(stream, version);
  return { version: changed.get(appends.at(-1)?.streamId ?? '') ?? 0 };
}

async function outcome(store: EventStore, appends: readonly Append[]): Promise<Expected> {
  try {
    const result = await store.appendAll(appends);
    return result.appended ? { version: result.version } : 'conflict';
  } catch {
    return 'rejected';
  }
}

it('behaves as a map of versions, whatever travels together', async () => {
  const store = database.store();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(history, async (turns) => {
      const prefix = `run-${run++}-`;
      const versions = new Map<string, number>();
      for (const turn of turns) {
        const expected: Expected[] = [];
        const commands = turn.map((claims) => {
          const ahead = new Map(versions);
          const appends = claims.map(({ stream, expected: guess, right, count, poison }) => {
            const streamId = prefix + stream;
            const version = right ? (ahead.get(streamId) ?? 0) : guess;
            ahead.set(streamId, version + count);
            const rows = poison ? [{ table: 'nowhere', op: 'insert', row: {} } as const] : [];
            return append(streamId, version, { count, rows });
          });
          expected.push(decide(versions, appends));
          return appends;
        });
        expect(await Promise.all(commands.map((appends) => outcome(store, appends)))).toEqual(expected);
      }
      for (const [streamId, version] of versions) {
        expect((await store.readStream(streamId)).map((event) => event.version)).toEqual(
          Array.from({ length: version }, (_, index) => index + 1),
        );
      }
    }),
    { numRuns: 60, seed: 20_260_101 },
  );
  await expect(store.readAll(ORIGIN, 100_000)).resolves.toBeDefined(); // dense positions
}, 30_000);
