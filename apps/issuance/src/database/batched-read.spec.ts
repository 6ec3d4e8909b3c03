import { describe, expect, it } from '@jest/globals';
import { batchedRead } from './batched-read.js';

/** Statements that are answered when the test says so: with the number of the statement, or an error. */
function slowStatements() {
  const sent: (readonly string[])[] = [];
  const answers: ((error?: Error) => void)[] = [];
  const read = batchedRead(
    (keys) =>
      new Promise<ReadonlyMap<string, number>>((resolve, reject) => {
        const number = sent.push(keys);
        answers.push((error) => {
          if (error === undefined) resolve(new Map(keys.filter((key) => key !== 'gone').map((key) => [key, number])));
          else reject(error);
        });
      }),
  );
  return { sent, answers, read };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('batchedRead', () => {
  it('sends reads of one turn together, each key once, and finds nothing for what is not there', async () => {
    const { sent, answers, read } = slowStatements();
    const found = Promise.all(['a', 'b', 'a', 'gone'].map(read));
    await turn();
    expect(sent).toEqual([['a', 'b', 'gone']]);
    answers[0]?.();
    expect(await found).toEqual([1, 1, 1, undefined]);
  });

  it('lets later reads wait for a statement in flight, and never answers them by it', async () => {
    const { sent, answers, read } = slowStatements();
    const first = read('a');
    await turn();
    const second = read('a');
    await turn();
    const third = Promise.all([read('a'), read('b')]);
    await turn();
    expect(sent).toEqual([['a'], ['a']]);
    answers[0]?.();
    expect(await first).toBe(1);
    await turn();
    expect(sent[2]).toEqual(['a', 'b']);
    answers[1]?.();
    answers[2]?.();
    expect([await second, await third]).toEqual([2, [3, 3]]);
  });

  it('fails the reads of a statement that failed, and no others', async () => {
    const { answers, read } = slowStatements();
    const failing = Promise.allSettled([read('a'), read('b')]);
    await turn();
    answers[0]?.(new Error('gone'));
    expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = read('a');
    await turn();
    answers[1]?.();
    expect(await next).toBe(2);
  });

  it('sends no more than a hundred keys at once', async () => {
    const { sent, answers, read } = slowStatements();
    const all = Promise.all(Array.from({ length: 250 }, (_, n) => read(`key-${n}`)));
    for (let statement = 0; statement < 3; statement++) {
      await turn();
      answers[statement]?.();
    }
    await all;
    expect(sent.map(({ length }) => length)).toEqual([100, 100, 50]);
  });
});
