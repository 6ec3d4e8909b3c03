import { describe, expect, it } from '@jest/globals';
import type { AppendResult, RowWrite } from '@leasehold/event-store';
import type { Cause, StreamChange } from './commit.js';
import { type CommandHandling, createHandleCommand, record } from './handle-command.js';
import { createInTurn } from './in-turn.js';

type Added = { readonly type: 'Added'; readonly by: number };

/** A stream of one number, whose commits can be made to conflict. */
function numbers(conflicts = 0) {
  const commits: (readonly StreamChange[])[] = [];
  let version = 0;
  let value = 0;
  const commit = (_cause: Cause, changes: readonly StreamChange[]): Promise<AppendResult> => {
    const [change] = changes;
    if (change === undefined) throw new Error('nothing to commit');
    if (conflicts-- > 0) {
      version += 1;
      value += 100; // somebody else’s
      return Promise.resolve({
        appended: false,
        conflict: true,
        streamId: change.streamId,
        actualVersion: version,
      });
    }
    commits.push(changes);
    version += change.events.length;
    const last = change.events.at(-1)?.data.state;
    if (typeof last === 'number') value = last;
    return Promise.resolve({ appended: true, version, position: version });
  };
  return {
    commits,
    handle: createHandleCommand(commit, createInTurn()),
    load: () => Promise.resolve({ state: value, version }),
  };
}

const row: RowWrite = { table: 'number', op: 'upsert', row: { id: 'n' } };

const adding = (
  under: ReturnType<typeof numbers>,
  events: readonly Added[],
  part: Partial<CommandHandling<number, Added, string, string>> = {},
): CommandHandling<number, Added, string, string> => ({
  actor: { type: 'system', id: 'test' },
  now: 1,
  streamId: 'number-n',
  tenantId: 'ten_a',
  load: under.load,
  decide: () => ({ events }),
  evolve: (state, event) => state + event.by,
  recorded: (state) => state,
  write: ({ state, version }) => ({ rows: [row, undefined], result: `${state} at ${version}` }),
  ...part,
});

describe('a command', () => {
  it('is answered with what is true after it', async () => {
    const under = numbers();
    const events: readonly Added[] = [
      { type: 'Added', by: 2 },
      { type: 'Added', by: 3 },
    ];
    expect(await under.handle(adding(under, events))).toEqual({ kind: 'done', result: '5 at 2', version: 2 });
    expect(under.commits).toEqual([
      [
        {
          streamId: 'number-n',
          expectedVersion: 0,
          tenantId: 'ten_a',
          events: [
            { type: 'Added', data: { change: { by: 2 }, state: 2 } },
            { type: 'Added', data: { change: { by: 3 }, state: 5 } },
          ],
          rows: [row],
        },
      ],
    ]);
  });

  it('that has nothing to do commits its rows only, at the version it has seen', async () => {
    const under = numbers();
    expect(await under.handle(adding(under, []))).toEqual({ kind: 'done', result: '0 at 0', version: 0 });
    expect(under.commits).toEqual([[expect.objectContaining({ events: [], expectedVersion: 0, rows: [row] })]]);
  });

  it('that has nothing to do and no rows does not trouble the database', async () => {
    const under = numbers();
    const quiet = adding(under, [], { write: () => ({ rows: [undefined], result: 'as it was' }) });
    expect(await under.handle(quiet)).toEqual({ kind: 'done', result: 'as it was', version: 0 });
    expect(under.commits).toEqual([]);
  });

  it('decides again upon what is there after a conflict', async () => {
    const under = numbers(2);
    const handled = await under.handle(adding(under, [{ type: 'Added', by: 1 }]));
    expect(handled).toEqual({ kind: 'done', result: '201 at 3', version: 3 });
  });

  it('with an expected version does not: the caller has to look again', async () => {
    const under = numbers(1);
    const handled = await under.handle(adding(under, [{ type: 'Added', by: 1 }], { expectedVersion: 0 }));
    expect(handled).toEqual({ kind: 'conflict', actualVersion: 1 });
  });

  it('with an expected version that is not there decides nothing', async () => {
    const under = numbers();
    let decided = false;
    const decide = () => {
      decided = true;
      return { refusal: 'no' };
    };
    expect(await under.handle(adding(under, [], { expectedVersion: 7, decide }))).toEqual({
      kind: 'conflict',
      actualVersion: 0,
    });
    expect(decided).toBe(false);
  });

  it('gives up after many conflicts with an error that may pass', async () => {
    const under = numbers(Number.POSITIVE_INFINITY);
    await expect(under.handle(adding(under, [{ type: 'Added', by: 1 }]))).rejects.toMatchObject({
      code: 'service_unavailable',
    });
  });

  it('that fails while loading leaves the way free for the next', async () => {
    const under = numbers();
    const load = () => Promise.reject(new Error('the database is away'));
    await expect(under.handle(adding(under, [], { load }))).rejects.toThrow('away');
    expect(await under.handle(adding(under, [{ type: 'Added', by: 1 }]))).toMatchObject({ kind: 'done' });
  });
});

it('recording folds the events from the state before them', () => {
  const evolve = (state: number, event: Added) => state + event.by;
  const recorded = (state: number) => ({ value: state });
  const { events, after } = record({ evolve, recorded }, 10, [
    { type: 'Added', by: 1 },
    { type: 'Added', by: 2 },
  ]);
  expect(after).toBe(13);
  expect(events.map(({ data }) => data.state)).toEqual([{ value: 11 }, { value: 13 }]);
});
