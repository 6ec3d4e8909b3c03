import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type ChildService, startChild } from '@leasehold/testing';

const MAIN = join(import.meta.dirname, '../../test/life-main.ts');

let child: ChildService;
const live = (as: string): ChildService => (child = startChild(MAIN, {}, [as]));
afterEach(async () => {
  child.process.kill('SIGKILL');
  await child.exited;
});

/** What the process said of its parts, in order. */
const closed = (): string[] => [...child.stderr().matchAll(/^closing (\w+)$/gm)].map(([, name]) => name ?? '');
const logged = (): { level: string; msg: string; err?: { message: string } }[] =>
  child
    .stdout()
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as never);

describe('a process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'closes its parts in turn, the last first, and ends with 0 on %s',
    async (signal) => {
      await live('run').ready;
      child.process.kill(signal);
      expect(await child.exited).toBe(0);
      expect(closed()).toEqual(['third', 'second', 'first']);
      expect(logged()).toEqual([expect.objectContaining({ level: 'info', msg: 'stopping', signal })]);
    },
  );

  it('that cannot start says why in one sentence, closes what it had opened, and ends with 1', async () => {
    expect(await live('fail to start').exited).toBe(1);
    expect(child.stderr()).toBe('There is no room.\nclosing third\nclosing second\nclosing first\n');
    expect(logged()).toEqual([]);
  });

  it('with a bug in its start leaves the stack in its log, and ends with 1', async () => {
    expect(await live('start with a bug').exited).toBe(1);
    expect(closed()).toEqual(['third', 'second', 'first']);
    expect(logged()).toEqual([
      expect.objectContaining({
        level: 'fatal',
        msg: 'the start failed',
        err: expect.objectContaining({ type: 'TypeError', stack: expect.stringContaining('life-main') }),
      }),
    ]);
  });

  it.each([
    ['fail while it runs', 'the database ended'],
    ['reject unhandled', 'nobody waits for this'],
    ['reject with a text', 'only a text'],
  ])('made to %s closes its parts and ends with 1, and its log says why', async (as, why) => {
    expect(await live(as).exited).toBe(1);
    expect(closed()).toEqual(['third', 'second', 'first']);
    expect(logged()).toEqual([
      expect.objectContaining({
        level: 'fatal',
        msg: 'the process cannot go on',
        err: expect.objectContaining({ message: why }),
      }),
    ]);
  });

  it('that fails twice closes its parts once', async () => {
    expect(await live('fail twice').exited).toBe(1);
    expect(closed()).toEqual(['third', 'second', 'first']);
    expect(logged().map(({ err }) => err?.message)).toEqual(['first', 'second']);
  });

  it('closes the other parts when one does not close, but does not call that success', async () => {
    await live('close badly').ready;
    child.process.kill('SIGTERM');
    expect(await child.exited).toBe(1);
    expect(closed()).toEqual(['broken', 'third', 'second', 'first']);
    expect(logged().at(-1)).toMatchObject({
      level: 'error',
      msg: 'a part did not close',
      err: { message: 'it does not close' },
    });
  });

  it('can be told to stop before its start has ended, and closes what came last', async () => {
    await live('start for ever').ready;
    child.process.kill('SIGTERM');
    expect(await child.exited).toBe(0);
    expect(closed()).toEqual(['late', 'third', 'second', 'first']);
  });
});
