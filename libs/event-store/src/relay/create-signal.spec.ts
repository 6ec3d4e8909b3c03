import { describe, expect, it } from '@jest/globals';
import { createSignal } from './create-signal.js';

describe('createSignal', () => {
  it('ends the wait under way', async () => {
    const signal = createSignal();
    const waiting = signal.wait(1_000_000);
    signal.notify();
    await waiting;
  });

  it('remembers one notification for the next wait', async () => {
    const signal = createSignal();
    signal.notify();
    signal.notify();
    await signal.wait(1_000_000);
    let over = false;
    const second = signal.wait(1_000_000).then(() => (over = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(over).toBe(false);
    signal.notify();
    await second;
  });

  it('ends by itself after the time', async () => {
    await createSignal().wait(1);
  });
});
