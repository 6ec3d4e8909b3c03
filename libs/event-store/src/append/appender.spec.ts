import { describe, expect, it } from '@jest/globals';
import { AppendRejectedError, UnknownOutcomeError } from '../errors.js';
import { createAppender } from './appender.js';
import type { BatchOutcome, EncodedBatch } from './batch.js';

const command = (streamId: string, bytes = 1) => ({
  claims: [{ streamId, expectedVersion: 0, count: 1 }],
  events: [
    {
      ...{ stream: `"${streamId}"`, version: 1, id: '"id"', type: '"SeatAdded"', schemaVersion: 1, tenant: '"t"' },
      ...{ at: '2026-01-01T00:00:00.000Z', data: '{}', metadata: '{}' },
    },
  ],
  rows: [],
  bytes,
});
const streams = ({ claims }: EncodedBatch) => claims.streams.slice(2, -2).split('","');

/** A database that answers when it is told to, and refuses batches with a stream called `bad`. */
function slowDatabase() {
  const sent: string[][] = [];
  const answers: (() => void)[] = [];
  let head = 0;
  return {
    sent,
    answers,
    send: (batch: EncodedBatch) =>
      new Promise<BatchOutcome>((resolve, reject) => {
        sent.push(streams(batch));
        answers.push(() => {
          if (streams(batch).includes('bad')) reject(Object.assign(new Error('no'), { code: '23505' }));
          else if (streams(batch).includes('broken')) reject(new Error('connection lost'));
          else resolve({ head, conflicts: [] });
          head += streams(batch).length;
        });
      }),
  };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));
async function answerAll(database: ReturnType<typeof slowDatabase>): Promise<void> {
  for (let answer = database.answers.shift(); answer !== undefined; answer = database.answers.shift()) {
    answer();
    await turn();
  }
}

describe('createAppender', () => {
  it('sends commands of one turn together and queues others while a statement is in flight', async () => {
    const database = slowDatabase();
    const appender = createAppender({ send: database.send, onCommit: () => undefined });
    void appender.submit(command('a'));
    void appender.submit(command('b'));
    await turn();
    void appender.submit(command('c'));
    await turn();
    void appender.submit(command('d'));
    await turn();
    expect(database.sent).toEqual([['a', 'b']]);
    await answerAll(database);
    expect(database.sent).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  it('splits a burst that meets an idle store, and keeps the order', async () => {
    const database = slowDatabase();
    const appender = createAppender({ send: database.send, onCommit: () => undefined });
    const names = Array.from({ length: 100 }, (_, n) => `s-${n}`);
    const results = Promise.all(names.map((name) => appender.submit(command(name))));
    await turn();
    await answerAll(database);
    expect(database.sent.map(({ length }) => length)).toEqual([50, 50]);
    expect(database.sent.flat()).toEqual(names);
    expect((await results).map((result) => result.appended && result.position)).toEqual(names.map((_, n) => n + 1));
  });

  it('keeps every statement within the limits', async () => {
    const database = slowDatabase();
    const limits = { maxCommands: 3, maxBytes: 10 };
    const appender = createAppender({ send: database.send, onCommit: () => undefined, limits });
    for (const bytes of [1, 1, 1, 1, 9, 9, 20]) void appender.submit(command('s', bytes));
    await turn();
    await answerAll(database);
    expect(database.sent.map(({ length }) => length)).toEqual([3, 2, 1, 1]);
  });

  it('rejects a bad command alone and stores its neighbors in their order', async () => {
    const database = slowDatabase();
    const appender = createAppender({ send: database.send, onCommit: () => undefined });
    const results = Promise.allSettled(['a', 'b', 'bad', 'c', 'd'].map((name) => appender.submit(command(name))));
    await turn();
    await answerAll(database);
    expect((await results).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect((await results)[2]).toMatchObject({ reason: expect.any(AppendRejectedError) as unknown });
    expect(database.sent).toEqual([['a', 'b', 'bad', 'c', 'd'], ['a', 'b'], ['bad', 'c', 'd'], ['bad'], ['c', 'd']]);
  });

  it('rejects all commands of a statement without an answer, and sends none of them again', async () => {
    const database = slowDatabase();
    const appender = createAppender({ send: database.send, onCommit: () => undefined });
    const lost = Promise.allSettled(['a', 'broken'].map((name) => appender.submit(command(name))));
    await turn();
    const next = appender.submit(command('next'));
    await answerAll(database);
    for (const result of await lost) {
      expect(result).toMatchObject({ status: 'rejected', reason: expect.any(UnknownOutcomeError) as unknown });
    }
    expect(await next).toMatchObject({ appended: true });
    expect(database.sent).toEqual([['a', 'broken'], ['next']]);
  });

  it('tells of commits once per statement, and not of statements that stored no event', async () => {
    const database = slowDatabase();
    let commits = 0;
    const appender = createAppender({ send: database.send, onCommit: () => commits++ });
    void appender.submit(command('a'));
    void appender.submit(command('b'));
    await turn();
    await answerAll(database);
    expect(commits).toBe(1);
    void appender.submit({ ...command('c'), events: [] });
    await turn();
    await answerAll(database);
    expect(commits).toBe(1);
  });

  it('is drained when the last queued command has its answer', async () => {
    const database = slowDatabase();
    const appender = createAppender({ send: database.send, onCommit: () => undefined });
    await appender.drained();
    let answered = 0;
    let drained = false;
    for (const name of ['a', 'b']) void appender.submit(command(name)).then(() => answered++);
    const draining = appender.drained().then(() => (drained = true));
    await turn();
    void appender.submit(command('late')).then(() => answered++);
    await turn();
    expect(drained).toBe(false);
    await answerAll(database);
    await draining;
    expect(answered).toBe(3);
  });
});
