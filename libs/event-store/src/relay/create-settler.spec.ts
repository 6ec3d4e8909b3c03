import { describe, expect, it } from '@jest/globals';
import type { StoredRow } from '../types.js';
import { createSettler } from './create-settler.js';

const row = (position: number) => ({ position }) as StoredRow; // a settler looks at nothing else
const end = (position: number) => ({ epoch: 1, position });
const never = 1_000_000;

describe('createSettler', () => {
  it('moves at once, then all that came in the meantime together', async () => {
    const moves: [number[], number][] = [];
    const settler = createSettler({
      intervalMs: never,
      onFailure: () => undefined,
      move: (rows, to) => {
        moves.push([rows.map(({ position }) => position), to.position]);
        return Promise.resolve();
      },
    });
    settler.add([row(1)], end(1));
    await settler.flush();
    settler.add([row(2), row(3)], end(3));
    settler.add([row(4)], end(4));
    expect(settler.waiting()).toBe(3);
    await settler.flush();
    expect(moves).toEqual([
      [[1], 1],
      [[2, 3, 4], 4],
    ]);
    expect(settler.waiting()).toBe(0);
  });

  it('flushes what is added while a move is under way, never two moves at once', async () => {
    const moves: number[] = [];
    let under = 0;
    const settler = createSettler({
      intervalMs: 0,
      onFailure: () => undefined,
      move: async (_, to) => {
        expect(++under).toBe(1);
        await new Promise((resolve) => setImmediate(resolve));
        under--;
        moves.push(to.position);
      },
    });
    settler.add([row(1)], end(1));
    const flushing = settler.flush();
    settler.add([row(2)], end(2));
    await flushing;
    expect(moves).toEqual([1, 2]);
  });

  it('moves nothing more after a failure, and says so whenever asked', async () => {
    let moves = 0;
    let failures = 0;
    const settler = createSettler({
      intervalMs: 0,
      onFailure: () => failures++,
      move: () => {
        moves++;
        return Promise.reject(new Error('fenced'));
      },
    });
    settler.assertSound();
    settler.add([row(1)], end(1));
    await expect(settler.flush()).rejects.toThrow('fenced');
    settler.add([row(2)], end(2));
    await expect(settler.flush()).rejects.toThrow('fenced');
    expect(() => settler.assertSound()).toThrow('fenced');
    expect([moves, failures]).toEqual([1, 1]);
  });
});
