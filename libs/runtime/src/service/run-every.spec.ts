import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { runEvery } from './run-every.js';

const logger = pino({ level: 'silent' });
const AN_HOUR = 3_600_000;

/** A run that a test lets finish by hand. */
const handRun = () => {
  const starts: (() => void)[] = [];
  let running = 0;
  let most = 0;
  const waiting: ((count: number) => void)[] = [];
  return {
    run: async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      const gate = Promise.withResolvers<undefined>();
      starts.push(() => gate.resolve(undefined));
      for (const told of waiting.splice(0)) told(starts.length);
      await gate.promise;
      running -= 1;
    },
    started: async (count: number): Promise<void> => {
      while (starts.length < count) await new Promise<number>((resolve) => waiting.push(resolve));
    },
    finish: (at: number): void => starts[at]?.(),
    count: (): number => starts.length,
    most: (): number => most,
  };
};

describe('runEvery', () => {
  it('runs at once, and again when kicked, without waiting for the interval', async () => {
    const hand = handRun();
    const loop = runEvery({ intervalMs: AN_HOUR, run: hand.run, logger });
    await hand.started(1);
    hand.finish(0);
    loop.kick();
    await hand.started(2);
    hand.finish(1);
    await loop.close();
    expect(hand.count()).toBe(2);
  });

  it('runs again after the interval', async () => {
    const hand = handRun();
    const loop = runEvery({ intervalMs: 1, run: hand.run, logger });
    for (let run = 0; run < 3; run++) {
      await hand.started(run + 1);
      hand.finish(run);
    }
    const closed = loop.close();
    hand.finish(3);
    await closed;
  });

  it('never runs twice at once: kicks during a run make one more run', async () => {
    const hand = handRun();
    const loop = runEvery({ intervalMs: AN_HOUR, run: hand.run, logger });
    await hand.started(1);
    loop.kick();
    loop.kick();
    loop.kick();
    hand.finish(0);
    await hand.started(2);
    const closed = loop.close();
    hand.finish(1);
    await closed;
    expect([hand.count(), hand.most()]).toEqual([2, 1]);
  });

  it('goes on after a run that failed, and logs each failure', async () => {
    const lines: { level: number; err: { message: string }; msg: string }[] = [];
    let runs = 0;
    const twice = Promise.withResolvers<undefined>();
    const loop = runEvery({
      intervalMs: 1,
      logger: pino({}, { write: (line: string) => lines.push(JSON.parse(line) as never) }),
      run: () => {
        runs += 1;
        if (runs === 3) twice.resolve(undefined);
        return Promise.reject(new Error(`run ${runs}`));
      },
    });
    await twice.promise;
    await loop.close();
    expect(lines.slice(0, 2).map(({ level, err, msg }) => [level, err.message, msg])).toEqual([
      [50, 'run 1', 'a background run failed'],
      [50, 'run 2', 'a background run failed'],
    ]);
  });

  it('waits for the run under way when it is closed, and starts no other', async () => {
    const hand = handRun();
    const loop = runEvery({ intervalMs: 0, run: hand.run, logger });
    await hand.started(1);
    loop.kick();
    let closed = false;
    const closing = loop.close().then(() => (closed = true));
    expect(closed).toBe(false);
    hand.finish(0);
    await closing;
    expect(hand.count()).toBe(1);
  });
});
