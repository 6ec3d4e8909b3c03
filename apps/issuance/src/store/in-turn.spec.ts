import { describe, expect, it } from '@jest/globals';
import { createInTurn } from './in-turn.js';

const gate = () => {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
};

describe('tasks in turn', () => {
  it('of one key wait for each other, in the order they came', async () => {
    const inTurn = createInTurn();
    const log: string[] = [];
    const { opened, open } = gate();
    const first = inTurn('a', async () => {
      await opened;
      log.push('first');
    });
    const second = inTurn('a', () => Promise.resolve(void log.push('second')));
    const third = inTurn('a', () => Promise.resolve(void log.push('third')));
    open();
    await Promise.all([first, second, third]);
    expect(log).toEqual(['first', 'second', 'third']);
  });

  it('of different keys do not', async () => {
    const inTurn = createInTurn();
    const { opened, open } = gate();
    const stuck = inTurn('a', () => opened);
    expect(await inTurn('b', () => Promise.resolve('through'))).toBe('through');
    open();
    await stuck;
  });

  it('go on behind one that fails, whose error is its caller’s alone', async () => {
    const inTurn = createInTurn();
    const failing = inTurn('a', () => Promise.reject(new Error('mine')));
    const next = inTurn('a', () => Promise.resolve('done'));
    await expect(failing).rejects.toThrow('mine');
    expect(await next).toBe('done');
  });
});
